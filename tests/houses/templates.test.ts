import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { renderTemplate } from '../../lib/core/template.ts';
import { readText } from '../../lib/queue/reading.ts';
import { robed } from '../support/robed.ts';
import { startWatcher } from '../support/watcher.ts';

function household(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-tour-')));
  onTestFinished(() =>
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  );
  const shipped = join('wizards', 'allegro', 'house.yaml');
  cpSync(join(packageRoot(), shipped), join(root, shipped));
  return root;
}

const template = (...parts: string[]) =>
  renderTemplate(readFileSync(join(packageRoot(), 'templates', ...parts), 'utf8'), {
    wizard: 'allegro',
  });

test('the tour shows the whole life of a task: each of its five ends as its text says', async () => {
  const root = household();
  const watcher = startWatcher(root, ['--until-idle']);
  expect(await watcher.ended, watcher.stderr()).toBe(0);
  const [house] = JSON.parse(robed(['list', '--json', '--root', root]).stdout).wizards;
  expect(house.findings).toEqual([]);
  expect(house.tasks.map((task: { id: string; status: string }) => [task.id, task.status])).toEqual(
    [
      ['TASK-001', 'COMPLETE'],
      ['TASK-002', 'COMPLETE'],
      ['TASK-003', 'COMPLETE'],
      ['TASK-004', 'FAILED'],
      ['TASK-005', 'REVIEW'],
    ],
  );
  const home = join(root, 'wizards', 'allegro', 'home');
  const report = (id: string) => readFileSync(join(home, 'completed', `${id}.txt`), 'utf8');
  expect(report('TASK-003')).toContain('Attempt 2 did it.');
  expect(report('TASK-004')).toContain('`grep -x 42 answer.txt`');
  expect(existsSync(join(home, 'archive', 'TASK-003'))).toBe(true);

  expect(robed(['approve', 'TASK-005', '--root', root]).status).toBe(0);
  expect(await startWatcher(root, ['--until-idle']).ended).toBe(0);
  expect(report('TASK-005')).toContain('Thank you for the approval.');
  const queue = readFileSync(join(home, 'WORK-QUEUE.md'), 'utf8');
  const typed = template('tour', 'home', 'WORK-QUEUE.md');
  // Nothing but the five statuses has changed.
  expect(queue.replaceAll(/(?<=Status:\*\* )\w+/g, 'PENDING')).toBe(typed);
});

test('the plain queue holds no task, whatever its explanation shows', () => {
  const { doc } = readText(
    'WORK-QUEUE.md',
    Buffer.from(template('house', 'home', 'WORK-QUEUE.md')),
  );
  expect(doc.entries).toEqual([]);
  expect(doc.readOnly).toBeNull();
});
