import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHousehold, type TestHouse } from '../support/house.ts';
import type { Session } from './session.ts';

export const SETTINGS = 'queue: {adopted: true}\nbodies: {allow: [shell, external]}\n';

/** A household of one adopted house, on the disk that temporary files are on. */
export function makeHouse(session: Session, queue: string, settings = SETTINGS): TestHouse {
  return makeHousehold(queue, { settings, folder: session.folder('house') });
}

/** As `- **Status:**` in an entry; PENDING unless said otherwise. */
export function entry(id: string, script: string, status = 'PENDING'): string {
  return `### ${id}: Task ${id}\n- **Status:** ${status}\n- **Priority:** P2\n\n\`\`\`sh\n${script}\n\`\`\`\n\n`;
}

/** `count` entries: TASK-00001 and so on. */
export function entries(count: number, script: string, status = 'PENDING'): string {
  return Array.from({ length: count }, (_, at) => entry(idOf(at), script, status)).join('');
}

export const idOf = (at: number): string => `TASK-${String(at + 1).padStart(5, '0')}`;

/** Save as editors do that replace the file. */
export function save(house: TestHouse, text: string): void {
  writeFileSync(`${house.paths.queue}.new`, text);
  renameSync(`${house.paths.queue}.new`, house.paths.queue);
}

/** How many entries the queue says are COMPLETE. */
export const countComplete = (house: TestHouse): number =>
  house.read().split('**Status:** COMPLETE').length - 1;

/**
 * Every task is COMPLETE in the queue, was run once, and has one report, of a run that is no other's. Throws with
 * what is wrong.
 */
export function checkAllDone(house: TestHouse, count: number): void {
  const complete = countComplete(house);
  if (complete !== count) throw new Error(`${complete} of ${count} tasks are COMPLETE`);
  const { completed, work, archive } = house.paths;
  const again = readdirSync(archive);
  if (again.length > 0) {
    throw new Error(`${again.length} of ${count} tasks were run more than once: ${again[0]}, …`);
  }
  const reports = readdirSync(completed).filter((name) => name.endsWith('.txt'));
  const runs = new Set(
    reports.map((name) => /^run: (\S+)$/m.exec(readFileSync(join(completed, name), 'utf8'))?.[1]),
  );
  runs.delete(undefined);
  if (reports.length !== count || runs.size !== count) {
    throw new Error(`${reports.length} reports of ${runs.size} runs for ${count} tasks`);
  }
  const left = readdirSync(work).filter((name) => name.endsWith('.active'));
  if (left.length > 0) throw new Error(`left in work/: ${left.join(', ')}`);
}
