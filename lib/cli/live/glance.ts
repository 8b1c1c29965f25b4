import { join } from 'node:path';
import { plainText, readTail } from '../../bodies/output.ts';
import { runFolder } from '../../houses/paths.ts';
import type { HouseContext } from '../../operations/context.ts';
import { type HouseView, viewHouse } from '../../operations/house-view.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { readEvents } from '../../records/event-store.ts';
import { readTask } from '../../records/task-store.ts';

/** One house at a glance, as the live view shows it. All text is as untrusted as the queue. */
export interface Glance {
  wizard: string;
  counts: Record<string, number>;
  running: (HouseView['running'][number] & {
    /** The last lines of its output, oldest first. */
    output: string[];
  })[];
  next: { task: string; title: string } | null;
  needsYou: HouseView['needsYou'];
  /** The latest, oldest first. */
  events: RecordedEvent[];
}

/** More events than any terminal shows beside the rest. */
const EVENTS = 12;

const OUTPUT_BYTES = 4096;
const OUTPUT_LINES = 5;

export function glanceAt(context: HouseContext): Glance {
  const { wizard, counts, running, next, needsYou } = viewHouse(context);
  return {
    wizard,
    counts,
    running: running.map((run) => ({ ...run, output: outputOf(context, run.run) })),
    next: next === null ? null : { task: next, title: readTask(context.db, next)?.title ?? '' },
    needsYou,
    events: readEvents(context.db, { last: EVENTS }),
  };
}

/** The same glance with what the runs have printed since. */
export function withFreshOutput(glance: Glance, context: HouseContext): Glance {
  const running = glance.running.map((run) => ({ ...run, output: outputOf(context, run.run) }));
  return { ...glance, running };
}

function outputOf({ house }: HouseContext, run: string): string[] {
  const { bytes } = readTail(join(runFolder(house.paths, run), 'stdout'), OUTPUT_BYTES);
  const lines = plainText(bytes.toString('utf8')).split('\n');
  return lines.filter((line) => line.trim() !== '').slice(-OUTPUT_LINES);
}
