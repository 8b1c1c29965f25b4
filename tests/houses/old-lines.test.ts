import { expect, test } from 'vitest';
import { renderBlock } from '../../lib/houses/crontab-block.ts';
import { findOldLines } from '../../lib/houses/old-lines.ts';

const find = (line: string) =>
  findOldLines(`# top\n${line}\n${renderBlock('/h', 'ezra', [line])}`, '/h', ['ezra']);

test.each([
  '*/15 * * * * python3 /root/wizards/ezra/dispatch.py',
  '*/10 * * * * /usr/bin/python3 /opt/task-monitor.py --once',
  '*/10 * * * * bash /opt/scripts/task_monitor.sh',
  '*/20 * * * * cd /root/wizards/ezra && ./dispatch',
  '*/5 * * * * python /opt/x.py /home/me/WORK-QUEUE.md',
  '0 * * * * bash /h/tools/run.sh',
  '*/5 * * * * /old/tick.sh x; cd /h/wizards/ezra && python3 dispatch.py',
  '*/5 * * * * robed dispatch --root /h && python3 /opt/task-monitor.py',
])('%s is told by its line', (line) => {
  expect(find(line)).toEqual([{ line: 2, text: line }]);
});

test.each([
  '# */15 * * * * python3 /root/wizards/ezra/dispatch.py',
  'SCRIPT=/root/wizards/ezra/dispatch.py',
  '*/15 * * * * /bin/sh /opt/robed/scripts/tick.sh dispatch /h ezra',
  '*/15 * * * * set -- /opt/robed/scripts/tick.sh dispatch /h ezra; . "$1"',
  '*/15 * * * * robed dispatch --root /h',
  "0 * * * * /bin/sh '/a b/robed/scripts/tick.sh' 'checkpoint' /h ezra || true",
  '0 3 * * * python3 /opt/backup.py',
  '0 3 * * * tar czf /backup/h.tgz /h/wizards/ezra',
  '',
])('%j is nobody’s dispatcher', (line) => expect(find(line)).toEqual([]));
