import { expect, test } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { insist } from '../../lib/operations/insist.ts';

/** As node:sqlite throws it: https://www.sqlite.org/rescode.html, primary codes. */
const sqliteError = (errcode: number): Error =>
  Object.assign(new Error('it failed'), { code: 'ERR_SQLITE_ERROR', errcode });

/** What fails by these errors, one after the other, and then comes to `done`. */
function failing(...errors: Error[]) {
  let slept = 0;
  const sleep = async () => {
    slept++;
  };
  const record = () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return 'done';
  };
  return { record, sleep, slept: () => slept };
}

test('waits for room as long as there is none', async () => {
  const { record, sleep, slept } = failing(sqliteError(13), new Error('ENOSPC'), sqliteError(10));
  expect(await insist(record, sleep)).toBe('done');
  expect(slept()).toBe(3);
});

test.each([
  ['locks that are not as they should be', sqliteError(15)],
  ['a damaged file', new UserError('damaged', { cause: sqliteError(11) })],
])('does not wait for %s to mend', async (_, error) => {
  const { record, sleep, slept } = failing(error);
  await expect(insist(record, sleep)).rejects.toBe(error);
  expect(slept()).toBe(0);
});
