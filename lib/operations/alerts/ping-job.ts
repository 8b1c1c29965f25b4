import { namesPings } from '../../houses/pings.ts';
import { requestText } from '../../platform/http-client.ts';
import { isPing, type PingSink } from './sink.ts';

export type PingPhase = 'start' | 'success' | 'fail';

/** Milliseconds; a job is not to wait long for who watches it. */
const PING_MS = 5000;

/**
 * Tell the pings of robed.yaml that a job of a house (null: of all) starts, or how it ended. Never
 * throws. Without a robed.yaml, or one that names no ping, it costs the reading of that file.
 */
export async function pingJob(
  root: string,
  wizard: string | null,
  job: string,
  phase: PingPhase,
): Promise<void> {
  const pings = await pingsOf(root);
  const meant = pings.filter((ping) => ping.job === job && isMeant(ping, wizard));
  await Promise.all(
    meant.map(({ ping }) => requestText(pingUrl(ping, phase), { timeoutMs: PING_MS })),
  );
}

/** A ping that names a house is not for a job over another one. */
const isMeant = (ping: PingSink, wizard: string | null): boolean =>
  ping.wizard === undefined || wizard === null || ping.wizard === wizard;

/** healthchecks.io/docs/http_api: `/start`, the bare address, `/fail`. What follows `?` stays. */
export function pingUrl(address: string, phase: PingPhase): URL {
  const url = new URL(address);
  if (phase !== 'success') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${phase}`;
  return url;
}

async function pingsOf(root: string): Promise<PingSink[]> {
  if (!namesPings(root)) return [];
  try {
    const { readHouseholdSettings } = await import('../../houses/read-settings.ts');
    return readHouseholdSettings(root).alerts.to.filter(isPing);
  } catch {
    // A robed.yaml that can't be read is told of by the job itself, or by doctor.
    return [];
  }
}
