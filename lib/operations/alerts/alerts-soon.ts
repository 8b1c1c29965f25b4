import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Timer } from '../look-loop.ts';
import type { MonitorMeans } from '../self-monitor/restart-service.ts';

/** Milliseconds that one event waits for others, and between two rounds. */
const GATHER_MS = 1000;
const PERIOD_MS = 60_000;

/**
 * Send alerts some time after `wake`, once a minute at most; what a sink did not take is tried again
 * a minute later. Without a robed.yaml it does nothing. What is not sent when it is closed goes with
 * the next self-monitor.
 */
export function alertsSoon(
  root: string,
  means: MonitorMeans,
  timer: Timer,
  onTrouble: (error: unknown) => void,
): { wake(): void; close(): void } {
  let cancel: (() => void) | null = null;
  let sending = false;
  let again = false;
  let closed = false;
  let last = Number.NEGATIVE_INFINITY;
  const wake = () => {
    again ||= sending;
    if (closed || sending || cancel !== null || !existsSync(join(root, 'robed.yaml'))) return;
    const since = means.clock.monotonic() - last;
    cancel = timer(Math.max(GATHER_MS, PERIOD_MS - since), () => {
      cancel = null;
      void round();
    });
  };
  const round = async (): Promise<void> => {
    last = means.clock.monotonic();
    sending = true;
    again = false;
    try {
      const { readHouseholdSettings } = await import('../../houses/read-settings.ts');
      const { sendAlerts } = await import('./send-alerts.ts');
      const rounds = await sendAlerts(root, readHouseholdSettings(root), means);
      again ||= rounds?.some(({ failure }) => failure !== null) ?? true;
    } catch (error) {
      onTrouble(error);
    }
    sending = false;
    if (again) wake();
  };
  return {
    wake,
    close() {
      closed = true;
      cancel?.();
    },
  };
}
