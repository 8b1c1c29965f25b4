import { type JsonObject, parseObject } from '../core/untrusted.ts';
import { type HttpAnswer, type HttpFailure, requestText } from '../platform/http-client.ts';

/**
 * What answers on the port where OpenClaw should. `nothing`: nobody listens. `silent`: somebody
 * does, and gives no answer. `other`: an answer that is not OpenClaw's.
 */
export interface OpenclawAnswer {
  says: 'nothing' | 'silent' | 'other' | 'starting' | 'live' | 'draining';
  version?: string | undefined;
  /** Milliseconds since its process began, as it says. */
  uptime?: number | undefined;
}

/** Milliseconds; it answers within a few, unless its machine is busy. */
const PATIENCE = 3000;

/** Ask the two probes that need no token: `/health`, is it live; `/startupz`, how far it is. */
export async function askOpenclaw(port: number): Promise<OpenclawAnswer> {
  const ask = (path: string) =>
    requestText(`http://127.0.0.1:${port}${path}`, { timeoutMs: PATIENCE, maxBytes: 65_536 });
  const [health, startup] = await Promise.all([ask('/health'), ask('/startupz')]);
  return readAnswers(health, startup);
}

/**
 * As OpenClaw 2026.9.6 answers: `/health` 200 `{"ok":true,"status":"live"}`; `/startupz` 200
 * `started`, 503 `starting` or `draining`, each with `version` and `uptimeMs`. While it drains,
 * `/health` still says `live`. An older one knows no `/startupz`. Pure.
 */
export function readAnswers(
  health: HttpAnswer | HttpFailure,
  startup: HttpAnswer | HttpFailure,
): OpenclawAnswer {
  const { status, version, uptimeMs } = objectOf(startup);
  const live = isOk(health) && objectOf(health)['status'] === 'live';
  const told = {
    version: typeof version === 'string' ? version : undefined,
    uptime: typeof uptimeMs === 'number' ? uptimeMs : undefined,
  };
  if (status === 'starting' || status === 'draining') return { says: status, ...told };
  if (live) return { says: 'live', ...told };
  if (status === 'started') return { says: 'silent', ...told };
  const failures = [health, startup].filter((answer) => 'error' in answer);
  if (failures.length < 2) return { says: 'other' };
  const refused = failures.every(({ code }) => code === 'ECONNREFUSED');
  return { says: refused ? 'nothing' : 'silent' };
}

function isOk(answer: HttpAnswer | HttpFailure): boolean {
  return 'status' in answer && answer.status === 200;
}

/** Empty where it is no JSON object. */
const objectOf = (answer: HttpAnswer | HttpFailure): JsonObject =>
  ('error' in answer ? null : parseObject(answer.text)) ?? {};
