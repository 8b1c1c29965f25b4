import type { Listener } from '../platform/network.ts';

/** Who listens on a port, for people; `place` is the folder that it was started for, where that is known. */
export function holderText(listener: Listener | undefined, place: string | null): string {
  if (listener === undefined) return "somebody else's process";
  const whose = place === null ? '' : ` of ${place}`;
  return `process ${listener.pid} (${listener.command})${whose}`;
}
