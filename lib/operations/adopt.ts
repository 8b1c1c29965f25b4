import { readFileSync } from 'node:fs';
import { isScalar, parseDocument } from 'yaml';
import { EXIT, UserError } from '../core/errors.ts';
import { applyEdits } from '../core/text-edit.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { readBrief } from '../queue/brief.ts';
import type { EntryForm, Finding } from '../queue/document.ts';
import { refuseInsideRun } from './change-task.ts';
import { type HouseContext, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { readQueue, requireReading } from './read-queue.ts';

/** What taking a queue over would mean. */
export interface Adoption {
  queue: string;
  adopted: boolean;
  entries: number;
  forms: Partial<Record<EntryForm, number>>;
  statuses: Record<string, number>;
  /** Pending entries that would get an id when they are claimed. */
  unnamed: number;
  /** What the queue could make this machine run, by line. */
  commands: { line: number; task: string; command: string }[];
  findings: Finding[];
}

/** Show what is in the house's queue, and with `apply` let Robed dispatch from it (house.yaml). */
export async function adoptQueue(
  context: HouseContext,
  options: { apply: boolean },
): Promise<Adoption> {
  refuseInsideRun(context.environment, 'adopt');
  const { house } = context;
  const { doc } = requireReading(context, readQueue(context, readHead(context.db)?.hash ?? null));
  const adoption: Adoption = {
    queue: house.paths.queue,
    adopted: house.settings.queue.adopted,
    entries: doc.entries.length,
    forms: {},
    statuses: {},
    unnamed: 0,
    commands: [],
    findings: doc.findings,
  };
  for (const entry of doc.entries) {
    adoption.forms[entry.form] = (adoption.forms[entry.form] ?? 0) + 1;
    adoption.statuses[entry.status] = (adoption.statuses[entry.status] ?? 0) + 1;
    if (entry.status !== 'PENDING') continue;
    if (entry.id === null && doc.defaults.ids !== 'never') adoption.unnamed += 1;
    const brief = await readBrief(doc, entry);
    if (brief.from !== null) continue;
    const task = entry.id ?? entry.title;
    for (const block of brief.blocks) {
      if (block.language !== 'sh' && block.language !== 'bash') continue;
      adoption.commands.push({ line: block.line, task, command: block.code.trim() });
    }
    for (const command of brief.verify) adoption.commands.push({ line: entry.line, task, command });
  }
  const { readOnly } = queueGate(house, doc);
  if (options.apply && !adoption.adopted) {
    if (readOnly !== null) {
      throw new UserError(`the queue can't be adopted: ${readOnly}`, {
        file: house.paths.queue,
        exitCode: EXIT.config,
      });
    }
    writeAdopted(house.paths.settings);
    house.settings.queue.adopted = true;
    adoption.adopted = true;
  }
  return adoption;
}

/** One key, set in place: no other byte of what the owner wrote changes where it stands there already. */
function writeAdopted(path: string): void {
  const text = readFileSync(path, 'utf8');
  const document = parseDocument(text);
  const adopted = document.getIn(['queue', 'adopted'], true);
  if (isScalar(adopted) && adopted.range) {
    const [start, end] = adopted.range;
    writeAtomic(path, applyEdits(text, [{ start, end, text: 'true' }]));
    return;
  }
  document.setIn(['queue', 'adopted'], true);
  writeAtomic(path, document.toString({ flowCollectionPadding: false }));
}
