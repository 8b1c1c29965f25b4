import { readFileSync } from 'node:fs';
import { isScalar, parseDocument } from 'yaml';
import { EXIT, UserError } from '../core/errors.ts';
import { applyEdits } from '../core/text-edit.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { refuseInsideRun } from './change-task.ts';
import { type HouseContext, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { readQueue, requireReading } from './read-queue.ts';
import { type Survey, surveyQueue } from './survey.ts';

/** What taking a queue over would mean. */
export interface Adoption extends Survey {
  queue: string;
  adopted: boolean;
}

/** Show what is in the house's queue, and with `apply` let Robed dispatch from it (house.yaml). */
export async function adoptQueue(
  context: HouseContext,
  options: { apply: boolean },
): Promise<Adoption> {
  refuseInsideRun(context.environment, 'adopt');
  const { house, clock, db } = context;
  const reading = requireReading(context, readQueue(context, readHead(db)?.hash ?? null));
  const { doc } = reading;
  const adoption: Adoption = {
    queue: house.paths.queue,
    adopted: house.settings.queue.adopted,
    ...(await surveyQueue(reading, clock.now())),
  };
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
