import { closeSync, fstatSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { appendDurable } from '../../platform/append.ts';
import { ensureDirectory } from '../../platform/files.ts';
import { requestText } from '../../platform/http-client.ts';
import { openPlain } from '../../platform/plain-file.ts';
import { runProbe } from '../../platform/probe.ts';
import { findProgram } from '../../platform/program.ts';
import { scrubbedEnvironment } from '../../platform/scrubbed-environment.ts';
import type { Alert } from './alert.ts';
import { alertFile } from './alert-file.ts';
import {
  DELIVERED,
  type Delivery,
  deliveryOfStatus,
  failed,
  retryAfterSeconds,
} from './delivery.ts';
import { plainLine } from './plain-line.ts';
import { readSecret } from './read-secret.ts';
import type { Sink } from './sink.ts';
import { sendTelegram } from './telegram-client.ts';

/** What a delivery works in. */
export interface DeliveryMeans {
  root: string;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Milliseconds that one delivery may take. */
  timeoutMs: number;
}

/** Hand one alert to one sink. Never throws, and takes no longer than its time. */
export async function deliver(sink: Sink, alert: Alert, means: DeliveryMeans): Promise<Delivery> {
  try {
    if ('file' in sink) return toFile(sink.file, alert, means.root);
    if ('command' in sink) return await toCommand(sink.command, alert, means);
    if ('webhook' in sink) return await toWebhook(sink.webhook, alert, means);
    return await toTelegram(sink.telegram, alert, means);
  } catch (error) {
    return failed((error as NodeJS.ErrnoException).code ?? 'an unexpected error');
  }
}

/** One line of JSON, appended; below what a full disk cut short. */
function toFile(file: string, alert: Alert, root: string): Delivery {
  const found = alertFile(root, file);
  if ('problem' in found) return failed(found.problem);
  ensureDirectory(dirname(found.path), 0o700);
  appendDurable(found.path, `${isTorn(found.path) ? '\n' : ''}${JSON.stringify(alert)}\n`);
  return DELIVERED;
}

function isTorn(path: string): boolean {
  const file = openPlain(path);
  if (file === null) return false;
  try {
    const last = Buffer.alloc(1);
    return readSync(file, last, 0, 1, fstatSync(file).size - 1) === 1 && last.toString() !== '\n';
  } finally {
    closeSync(file);
  }
}

/** A program gets the alert on its standard input; exit code 0 is success. No shell. */
async function toCommand(
  [program, ...rest]: readonly [string, ...string[]],
  alert: Alert,
  { root, environment, timeoutMs }: DeliveryMeans,
): Promise<Delivery> {
  const env = scrubbedEnvironment(environment);
  const found = findProgram(program, env['PATH'], root);
  if (found === null) return failed('its program is not there');
  const input = `${JSON.stringify(alert)}\n`;
  const ran = await runProbe([found, ...rest], { timeout: timeoutMs, env, cwd: root, input });
  if (ran.timedOut) return failed('it took too long');
  if (ran.code !== undefined && ran.exitCode === null)
    return failed(`it did not run (${ran.code})`);
  return ran.exitCode === 0 ? DELIVERED : failed(`it ended with exit code ${ran.exitCode}`);
}

async function toWebhook(
  url: string,
  alert: Alert,
  { clock, timeoutMs }: DeliveryMeans,
): Promise<Delivery> {
  const answer = await requestText(url, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
    timeoutMs,
    // It has taken the alert, however long it goes on talking: told again, that would be a storm.
    headOnly: true,
  });
  if ('error' in answer) return failed(plainLine(answer.error));
  const delivery = deliveryOfStatus(answer.status);
  const wait = retryAfterSeconds(answer.headers['retry-after']);
  if (delivery.type !== 'failed' || wait === null) return delivery;
  return { ...delivery, until: clock.now() + wait * 1000 };
}

async function toTelegram(
  { api, chat, token }: Extract<Sink, { telegram: unknown }>['telegram'],
  alert: Alert,
  { root, environment, clock, timeoutMs }: DeliveryMeans,
): Promise<Delivery> {
  const found = readSecret(token, root, environment);
  if ('problem' in found) return failed(found.problem);
  const message = { api, chat, token: found.secret, text: alert.message };
  return sendTelegram(message, { now: clock.now(), timeoutMs });
}
