import type { ServiceSettings } from '../../houses/household-settings.ts';
import { findProcess } from '../../platform/find-process.ts';
import { requestText } from '../../platform/http-client.ts';
import { unitState } from '../../platform/systemd-unit.ts';

/** `up: null`: it can't be told, so nothing follows from it. */
export interface ServiceSight {
  up: boolean | null;
  /** One line for people. */
  detail: string;
}

/** Milliseconds between a look that found it down and the one that decides. */
const SECOND_LOOK_MS = 1000;

/** Look once, and where it seems down once more: what is just being reloaded is not down. */
export async function probeServiceTwice(
  service: ServiceSettings,
  sleep: (ms: number) => Promise<unknown>,
): Promise<ServiceSight> {
  const first = await probeService(service);
  if (first.up !== false) return first;
  await sleep(SECOND_LOOK_MS);
  return probeService(service);
}

/** One look at a service, by the one way that robed.yaml names. */
export async function probeService(service: ServiceSettings): Promise<ServiceSight> {
  const { url, process, unit, timeout } = service;
  if (url !== undefined) return probeUrl(url, service);
  if (process !== undefined) {
    const pid = await findProcess(process);
    if (pid === null) return { up: false, detail: `no process has ${JSON.stringify(process)}` };
    return { up: true, detail: `process ${pid}` };
  }
  const { active, detail } = await unitState(unit ?? '', timeout);
  return { up: active, detail };
}

async function probeUrl(url: string, { expect, timeout }: ServiceSettings): Promise<ServiceSight> {
  const answer = await requestText(url, { timeoutMs: timeout });
  if ('error' in answer) return { up: false, detail: answer.error };
  const { status, text } = answer;
  if (status < 200 || status > 299) return { up: false, detail: `it answers ${status}` };
  if (expect !== undefined && !text.includes(expect)) {
    return { up: false, detail: `what answers there does not say ${JSON.stringify(expect)}` };
  }
  return { up: true, detail: `answers ${status}` };
}
