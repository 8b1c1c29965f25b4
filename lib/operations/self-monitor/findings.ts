import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../../platform/sqlite.ts';
import type { NewEvent } from '../../records/event.ts';
import { recordEvent } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';

/** Something that is not well, now. The same trouble has the same code and subject at every look. */
export interface Finding {
  /** Stable, for programs: `disk`, `memory`, `inodes`, `idle`, `waiting`, `suspect`, … */
  code: string;
  /** What of several it is about, such as a run; empty where there is but one. */
  subject: string;
  /** For people: what, where, and what to do. */
  message: string;
}

/** What changed since the last look. */
export interface FindingChanges {
  begun: Finding[];
  over: Finding[];
}

/**
 * Record what is newly wrong as an event, once, and what is over as another. `db`: of the house or
 * the household that the findings are about; `kept` names the list there.
 */
export function recordFindings(
  db: DatabaseSync,
  kept: string,
  now: number,
  findings: readonly Finding[],
): FindingChanges {
  const key = `findings:${kept}`;
  return transaction(db, () => {
    const before = JSON.parse(readMeta(db, key) ?? '[]') as Finding[];
    const changes = compareFindings(before, findings);
    if (changes.begun.length + changes.over.length === 0) return changes;
    writeMeta(db, key, JSON.stringify(findings));
    for (const finding of changes.begun) recordEvent(db, now, begun(finding));
    for (const { code, subject } of changes.over) {
      recordEvent(db, now, { type: 'system.info', data: { code, subject, message: 'it is over' } });
    }
    return changes;
  });
}

/** Pure: by code and subject; a message may change with every look. */
function compareFindings(before: readonly Finding[], now: readonly Finding[]): FindingChanges {
  const missingIn = (others: readonly Finding[]) => (finding: Finding) =>
    !others.some(({ code, subject }) => code === finding.code && subject === finding.subject);
  return { begun: now.filter(missingIn(before)), over: before.filter(missingIn(now)) };
}

function begun({ code, subject, message }: Finding): NewEvent {
  const type = code === 'idle' ? 'agent.idle' : 'system.warning';
  return { type, data: { code, subject, message } };
}
