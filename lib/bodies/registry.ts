import type { HouseSettings } from '../houses/settings.ts';
import type { Body, BodyKind } from './body.ts';
import { commandBody } from './command.ts';
import { externalBody } from './external.ts';
import { hermesBody } from './hermes.ts';
import { modelBody } from './model.ts';
import { openclawBody } from './openclaw.ts';
import { shellBody } from './shell.ts';

/** `bodies` of house.yaml, as lib/houses/settings.ts checks it. */
export type BodiesSettings = HouseSettings['bodies'];

/** What bodies may know of the machine. */
export interface BodiesContext {
  /** Where programs and keys are looked up; a body's process gets none of it, see environment.ts. */
  environment: NodeJS.ProcessEnv;
  /** Absolute folder that relative paths in house.yaml start from: the house's own. */
  root: string;
  /** How Robed is started again, absolute paths: `[node, dist/robed.js]`. */
  self: readonly [string, ...string[]];
  /** The port that house.yaml gives the house's Hermes gateway. */
  gatewayPort?: number | undefined;
}

/** What the house allows: what it says, else shell and every body that it sets up. */
export function allowedBodies(settings: BodiesSettings): BodyKind[] {
  const configurable = ['command', 'model', 'hermes', 'openclaw', 'external'] as const;
  return (
    settings.allow ?? ['shell', ...configurable.filter((kind) => settings[kind] !== undefined)]
  );
}

/**
 * The bodies that the house allows and that can be built; command and model need settings of their
 * own. Throws UserError (exit 78) where those are wrong.
 */
export function createBodies(
  settings: BodiesSettings,
  context: BodiesContext,
): ReadonlyMap<BodyKind, Body> {
  const { environment, root, self } = context;
  const path = environment['PATH'];
  const { command, model } = settings;
  const hermes = settings.hermes ?? { program: 'hermes', yolo: false, source: 'tool' };
  const openclaw = settings.openclaw ?? { program: 'openclaw' };
  const build: Record<BodyKind, () => Body | null> = {
    shell: () => shellBody,
    command: () => (command ? commandBody(command, path, root) : null),
    model: () => (model ? modelBody(model, { environment, root, self }) : null),
    hermes: () => hermesBody(hermes, { path, root, self, port: context.gatewayPort }),
    openclaw: () => openclawBody(openclaw, path, root),
    external: () => externalBody,
  };
  const bodies = new Map<BodyKind, Body>();
  for (const kind of allowedBodies(settings)) {
    const body = build[kind]();
    if (body !== null) bodies.set(kind, body);
  }
  return bodies;
}
