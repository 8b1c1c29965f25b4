import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bench, outside } from '../support/bench.ts';

/** An editor that has the queue open while Robed puts another version in its place. */
test('what an editor writes into a file that was displaced becomes the queue', async () => {
  const house = await bench(`# Q\n\n${outside('T-1')}`);
  await house.monitor();
  const before = house.queue();
  const editor = openSync(house.paths.queue, 'r+');
  await house.dispatch();
  expect(house.status('T-1')).toBe('IN_PROGRESS');

  const save = `${before}\n${outside('T-2')}`;
  ftruncateSync(editor, 0);
  writeSync(editor, save, 0);
  closeSync(editor);
  await house.monitor();

  expect(house.queue()).toContain('### T-2: Task T-2');
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  expect(house.record('T-2').status).toBe('PENDING');
});
