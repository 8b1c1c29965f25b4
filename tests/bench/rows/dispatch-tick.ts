import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportPath } from '../../../lib/houses/paths.ts';
import { until } from '../../support/until.ts';
import { mustRun, quoted, robed, shellLine, timeScript } from '../commands.ts';
import { countComplete, entries, entry, makeHouse, save } from '../house.ts';
import { makeRow, type Row } from '../row.ts';
import { interleave, type Session } from '../session.ts';

const BEFORE = 20;

/** Each sample of the table is the middle of so many commands. */
const TIMES = 4;

export async function measure(session: Session): Promise<Row[]> {
  const house = makeHouse(session, entries(BEFORE, 'true', 'DEFERRED'));
  const dispatch = robed('dispatch', '--root', house.root, '--wizard', house.name);
  await mustRun(dispatch);
  const empty = join(session.folder('empty'), 'empty.js');
  writeFileSync(empty, '');
  let done = 0;

  async function tick(): Promise<number> {
    const id = `READY-${++done}`;
    save(house, house.read() + entry(id, 'true'));
    const ms = timeScript(`${shellLine(dispatch)} | grep -q ${quoted(id)}`);
    await until(`${id} is reported`, () => existsSync(reportPath(house.paths, id)));
    // Its runner is to be gone before the next is timed.
    await until(`${id} is COMPLETE`, async () => {
      await mustRun(dispatch);
      return countComplete(house) === done;
    });
    return ms;
  }

  const { ours, node } = await interleave(
    {
      ours: async () => {
        let sum = 0;
        for (let i = 0; i < TIMES; i++) sum += await tick();
        return sum / TIMES;
      },
      node: () =>
        timeScript(
          `for ((i = 0; i < ${TIMES}; i++)); do ${shellLine([process.execPath, empty])} | cat; done`,
        ) / TIMES,
    },
    session.runs,
  );
  return [
    makeRow({
      name: 'dispatch-tick',
      unit: 'ms',
      ours,
      guarantee: `robed dispatch with one ready task among ${BEFORE}: a save taken in, the claim on disk, trigger, runner started, status written`,
      peer: {
        name: 'empty start of the same Node',
        measured: node,
        guarantee: 'nothing: an empty script',
      },
      reach: { of: 'ratio', bound: 'at most', value: 1.5 },
    }),
  ];
}
