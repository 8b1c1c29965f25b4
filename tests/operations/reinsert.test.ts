import { expect, test } from 'vitest';
import { bench } from '../support/bench.ts';

const row = (id: string) => `| ${id} | Do ${id} | DEFERRED |\n`;
const item = (id: string) => `- [>] **${id}**: Do ${id}\n`;
const heading = (id: string) => `### ${id}: Do ${id}\n- **Status:** DEFERRED\n\n`;
const TABLE = '# Mine\n\n| ID | Task | Status |\n|---|---|---|\n';

/**
 * What becomes of a queue where `was` was added to `old`, and a window that was open all along then
 * saved `old`. `T-1` was finished by hand meanwhile, which shows that the copy is an old one.
 */
async function savedOver(old: string, was: string): Promise<string> {
  const finished = (text: string) =>
    text
      .replace('| Do T-1 | DEFERRED', '| Do T-1 | COMPLETE')
      .replace('[>] **T-1**', '[x] **T-1**')
      .replace(/(T-1: .*\n.*)DEFERRED/, '$1COMPLETE');
  const house = await bench(old);
  await house.work();
  house.save(finished(old));
  await house.work();
  house.save(finished(was));
  await house.work();
  house.save(old);
  for (let round = 0; round < 3; round++) await house.work();
  expect(finished(was)).not.toBe(was);
  return house.queue().replace('COMPLETE', 'DEFERRED').replace('[x]', '[>]');
}

test('a row that was the first of its table is put back into the table, once', async () => {
  const old = `${TABLE}${row('T-1')}${row('T-2')}\nMore words.\n`;
  const was = old.replace(row('T-1'), row('T-9') + row('T-1'));
  expect(await savedOver(old, was)).toBe(was);
});

test.each([
  ['entry', item],
  ['heading', heading],
])('the first %s of a section is put back into its section', async (_, one) => {
  const old = `# Mine\n\n## P0\n\n${one('T-1')}\n## P1\n\n${one('T-2')}\n## P2\n\n${one('T-3')}`;
  const was = old.replace(one('T-2'), one('T-9') + one('T-2'));
  expect(await savedOver(old, was)).toBe(was);
});

test('the first line of a file with a BOM is put back behind the BOM', async () => {
  const old = `\ufeff${item('T-1')}${item('T-2')}`;
  const was = `\ufeff${item('T-9')}${item('T-1')}${item('T-2')}`;
  expect(await savedOver(old, was)).toBe(was);
});

test('the only entry of a section is put back into its section', async () => {
  const old = `# Mine\n\n## P0\n\n${item('T-1')}\n## P1\n\n## P2\n\n${item('T-3')}`;
  const was = old.replace('## P1\n\n', `## P1\n\n${item('T-9')}\n`);
  expect(await savedOver(old, was)).toBe(was);
});

test('a row that is read nowhere but in its table is put back into it', async () => {
  const head = '# Mine\n\n| Task | Status |\n|---|---|\n';
  const plain = (name: string) => `| ${name} | DEFERRED |\n`;
  const old = `${head}${plain('Do T-1')}${plain('Do T-2')}\nMore words.\n`;
  const was = old.replace(plain('Do T-1'), plain('Do T-9') + plain('Do T-1'));
  expect(await savedOver(old, was)).toBe(was);
});
