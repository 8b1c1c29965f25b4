import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { triggerPath } from '../../lib/houses/paths.ts';
import { ALIVE } from '../support/alive.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const SHAPES: Record<string, (text: string) => string> = {
  'as editors write it': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with a BOM': (text) => `\ufeff${text}`,
  'with tabs and trailing spaces': (text) => text.replaceAll('\n', ' \t \n'),
  'without a line end at its end': (text) => text.trimEnd(),
  'with mixed line ends': (text) =>
    text
      .split('\n')
      .map((line, at) => line + (at % 2 ? '\r\n' : '\n'))
      .join(''),
};

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`of a queue ${name}, only the status word changes from PENDING to COMPLETE`, async () => {
    const queue = shape(
      `# Queue — ünïcode ☃\n\n${task('T-1', 'echo one')}\nNotes between.\n\n${outsider()}\n<!-- end -->\n`,
    );
    const house = await bench('');
    writeFileSync(house.paths.queue, queue);
    await house.work();
    const now = readFileSync(house.paths.queue);
    expect(now.equals(Buffer.from(queue.replace('PENDING', 'COMPLETE')))).toBe(true);
  });
}

const outsider = () => '### T-2: Another\n- **Status:** DEFERRED\n';

test('while it runs, the queue says so and its trigger stands in work/', async () => {
  const house = await bench(
    task('T-1', 'cp "$ROBED_TRIGGER" seen; cp "$HERMES_HOME/WORK-QUEUE.md" queue'),
  );
  await house.work();
  const seen = readFileSync(join(house.paths.workspace, 'seen'), 'utf8');
  expect(seen).toMatch(/^---\n/);
  expect(seen).toContain('task: T-1');
  expect(seen).toContain('### T-1: Task T-1');
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(false);
});

test('the queue says IN_PROGRESS as soon as the claim is done', async () => {
  const house = await bench(
    task('T-1', `while ${ALIVE} && ! test -e go; do sleep 0.05; done; echo gone`),
  );
  await house.dispatch();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(true);
  writeFileSync(join(house.paths.workspace, 'go'), '');
  await house.rest();
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('the report says first what came of it, and proves it', async () => {
  const house = await bench(
    task('T-1', 'echo made; echo x >out.txt', ['Verify: `test -s out.txt`', 'Produces: out.txt']),
  );
  await house.work();
  const report = house.report('T-1');
  for (const key of [
    'task: T-1',
    'attempt: 1',
    'status: COMPLETE',
    'exit: 0',
    'verify: passed',
    'sha256: ',
  ]) {
    expect(report).toContain(key);
  }
  const body = report.slice(report.indexOf('---', 3) + 4);
  expect(body).toMatch(/^COMPLETE: Task T-1 \(attempt 1, /);
  expect(body).toContain('Verify `test -s out.txt`: passed');
  expect(body).toMatch(/---\n\nmade\n/);
  expect(report).toContain(`run: ${house.record('T-1').lastRun}`);
});

test('its events come in order, with one completion', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  await house.monitor();
  await house.work();
  expect(house.events('T-1')).toEqual([
    'task.created',
    'task.assigned',
    'task.started',
    'task.completed',
  ]);
});

test('an idle tick writes nothing', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  const before = house.context.db.prepare('SELECT total_changes() AS n').get();
  expect((await house.dispatch()).actions).toEqual([]);
  expect(house.context.db.prepare('SELECT total_changes() AS n').get()).toEqual(before);
});
