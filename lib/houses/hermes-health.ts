import { asText, type JsonObject, parseObject } from '../core/untrusted.ts';
import { type HttpAnswer, type HttpFailure, requestText } from '../platform/http-client.ts';
import { askHermes, type HermesApi } from './hermes-api.ts';

/**
 * What answers where a house's Hermes should. `nothing`: nobody listens. `silent`: somebody does,
 * and gives no answer that could be read. `other`: somebody who is no Hermes API. `refused`: one
 * that does not take this house's key. `hermes`: one that takes it, with the pid that it is.
 */
export type HermesHealth =
  | { says: 'nothing' | 'silent' }
  | { says: 'other'; platform: string }
  | { says: 'refused'; version: string }
  | { says: 'hermes'; version: string; pid: number | null; draining: boolean };

/** Milliseconds; it answers within a few, unless its machine is busy. */
const PATIENCE = 3000;

/**
 * Ask `/health`, which needs no key and names its platform: Hermes' own webhook platform answers
 * 200 there too. Then `/health/detailed`, which needs the key and names the process.
 */
export async function askHealth(api: HermesApi): Promise<HermesHealth> {
  const health = await requestText(`${api.origin}/health`, {
    timeoutMs: PATIENCE,
    maxBytes: 65_536,
  });
  const first = readHealth(health);
  if (first.says !== 'refused') return first;
  const detailed = await askHermes(api, '/health/detailed', { timeoutMs: PATIENCE });
  if ('error' in detailed) return { says: 'silent' };
  return readDetailed(detailed.status, detailed.data, first.version);
}

/**
 * As Hermes 0.19.0 answers: 200 `{"status":"ok","platform":"hermes-agent","version":"0.19.0"}`; its
 * webhooks `{"status":"ok","platform":"webhook"}`. What names itself is `refused` until it took the
 * key. Pure.
 */
export function readHealth(
  health: HttpAnswer | HttpFailure,
): Exclude<HermesHealth, { says: 'hermes' }> {
  if ('error' in health) return { says: health.code === 'ECONNREFUSED' ? 'nothing' : 'silent' };
  const said = health.status === 200 ? parseObject(health.text) : null;
  const platform = asText(said?.['platform']);
  if (platform !== 'hermes-agent') return { says: 'other', platform: platform.slice(0, 40) };
  return { says: 'refused', version: asText(said?.['version']).slice(0, 40) };
}

/** Pure; `gateway_state` is `draining` from SIGTERM until the last run has ended, and runs get 503. */
export function readDetailed(
  status: number,
  said: JsonObject | null,
  version: string,
): HermesHealth {
  if (status !== 200 || said?.['platform'] !== 'hermes-agent') return { says: 'refused', version };
  const pid = typeof said['pid'] === 'number' ? said['pid'] : null;
  return { says: 'hermes', version, pid, draining: said['gateway_state'] === 'draining' };
}
