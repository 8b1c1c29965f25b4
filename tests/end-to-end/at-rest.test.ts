import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';
import { startWatcher } from '../support/watcher.ts';

const TASKS = 100;

/** Megabytes, those of Node's own program included. */
const resident = (pid: number): number =>
  Number(/^Rss: +(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1000;

test.runIf(process.platform === 'linux')(
  'a watcher that has come to rest holds at most 60 MB, and works on',
  async () => {
    const entry = (id: number) =>
      `### T-${id}: One\n- **Status:** PENDING\n\n\`\`\`sh\ntrue\n\`\`\`\n\n`;
    const house = testHouse(Array.from({ length: TASKS }, (_, at) => entry(at)).join(''));
    const watcher = startWatcher(house.root);
    const complete = (count: number) =>
      until(`${count} COMPLETE`, () => house.queue().split('COMPLETE').length - 1 === count);
    await complete(TASKS);
    await until('60 MB at most', () => resident(watcher.pid) <= 60);
    writeFileSync(house.paths.queue, house.queue() + entry(TASKS));
    await complete(TASKS + 1);
    expect(watcher.stderr()).toBe('');
  },
);
