import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { HouseholdSettings } from '../../houses/household-settings.ts';

/** One entry of `alerts.to`. */
export type AnySink = HouseholdSettings['alerts']['to'][number];

export type PingSink = Extract<AnySink, { ping: string }>;

/** A place that alerts go to; a ping tells of jobs, not of events. */
export type Sink = Exclude<AnySink, PingSink>;

export const isPing = (sink: AnySink): sink is PingSink => 'ping' in sink;

/** Where it goes is what it is: another choice of events makes no other sink of it. */
export function sinkId(sink: Sink): string {
  const { events: _, ...place } = sink;
  return createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16);
}

/** For people. An address may itself be a secret: only its host is shown. */
export function sinkLabel(sink: AnySink): string {
  if ('file' in sink) return `file ${sink.file}`;
  if ('command' in sink) return `command ${basename(sink.command[0])}`;
  if ('webhook' in sink) return `webhook ${new URL(sink.webhook).host}`;
  if ('telegram' in sink) return `telegram chat ${sink.telegram.chat}`;
  return `ping ${new URL(sink.ping).host} (${sink.wizard === undefined ? '' : `${sink.wizard} `}${sink.job})`;
}
