import type { BodyKind } from '../bodies/body.ts';
import type { RunRecord } from '../records/run.ts';
import { bodiesContext } from './bodies-context.ts';
import type { HouseContext } from './context.ts';
import { jobForBody, jobOf } from './job.ts';

/**
 * End what of a run goes on outside of its processes, such as inside a gateway. null where nothing
 * does, else in one sentence what may.
 */
export async function abandonRun(context: HouseContext, run: RunRecord): Promise<string | null> {
  if (run.body === 'external') return null;
  // An idle tick has no use for any body.
  const { createBodies } = await import('../bodies/registry.ts');
  const { house } = context;
  // Of a body that the house has taken back since, a run may still go on.
  const kind = run.body as BodyKind;
  const settings = { ...house.settings.bodies, allow: [kind] };
  const body = createBodies(settings, bodiesContext(context)).get(kind);
  return (await body?.abandon?.(jobForBody(house, run, jobOf(run)))) ?? null;
}
