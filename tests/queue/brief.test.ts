import { expect, test } from 'vitest';
import { readBrief } from '../../lib/queue/brief.ts';
import { parseQueue } from '../../lib/queue/parse.ts';

async function brief(text: string, index = 0) {
  const doc = parseQueue(text);
  const entry = doc.entries[index];
  if (entry === undefined) throw new Error('no entry');
  return readBrief(doc, entry);
}

test('a canonical task, whole', async () => {
  const text = [
    '# Q',
    '',
    '## P0',
    '',
    '### TASK-001: Rotate',
    '- **Status:** PENDING',
    '- **Depends on:** TASK-000',
    '- **Verify:** `test -s a` and `test -s b`',
    '- **Produces:** out/a.txt',
    '- **Owner:** Ezra',
    '',
    'Do it.',
    '',
    '```SH title=x',
    'echo one',
    '```',
    '',
    '**Acceptance**',
    '- [ ] it `answers`',
    '- [x] it is **new**',
    '',
  ].join('\n');
  expect(await brief(text)).toEqual({
    title: 'Rotate',
    text: text.slice(text.indexOf('###')),
    blocks: [{ language: 'sh', code: 'echo one', line: 14 }],
    verify: ['test -s a', 'test -s b'],
    produces: ['out/a.txt'],
    dependsOn: ['TASK-000'],
    acceptance: [
      { text: 'it answers', done: false },
      { text: 'it is new', done: true },
    ],
    from: null,
    extra: { owner: 'Ezra' },
  });
});

test('a fence below an empty Verify is the check, not the work', async () => {
  const read = await brief(
    '### T-1: a\n- **Status:** TODO\n- **Verify:**\n  ```sh\n  test -s a\n  ```\n\n```sh\necho work\n```\n',
  );
  expect(read.verify).toEqual(['test -s a']);
  expect(read.blocks.map(({ code }) => code)).toEqual(['echo work']);
});

test('Verify: nested items, plain text, none', async () => {
  expect(
    (await brief('### T-1: a\n- **Status:** TODO\n- **Verify:**\n  - `a`\n  - `b | c`\n')).verify,
  ).toEqual(['a', 'b | c']);
  expect((await brief('### T-1: a\n- **Status:** TODO\n- **Verify:** npm test\n')).verify).toEqual([
    'npm test',
  ]);
  expect((await brief('### T-1: a\n- **Status:** TODO\n- **Verify:** none\n')).verify).toEqual([]);
});

test('a nested checkbox is read on its own, its line counted in the file', async () => {
  const read = await brief(
    '- Group\n    - [ ] do it\n      ```sh\n      echo x\n      ```\n      - [ ] well\n',
  );
  expect(read).toMatchObject({
    title: 'do it',
    blocks: [{ code: 'echo x', line: 3 }],
    acceptance: [{ text: 'well', done: false }],
  });
});

test('indented code and blocks of the next task are none of its', async () => {
  const read = await brief(
    '### T-1: a\n- **Status:** TODO\n\ntext\n\n    rm -r x\n\n### T-2: b\n- **Status:** TODO\n\n```sh\nb\n```\n',
  );
  expect(read.blocks).toEqual([]);
});

test('a block that is no task in length is refused', async () => {
  await expect(
    brief(`### T-1: a\n- **Status:** TODO\n\n${'x '.repeat(200_000)}\n`),
  ).rejects.toThrow(/at most 256 KB/);
});

test('what a shell is to run is the same in a queue whose lines end by CRLF', async () => {
  for (const [open, close] of [
    ['```sh', '```'],
    ['~~~sh', '~~~'],
  ]) {
    const text = `### T-1: One\n- **Verify:**\n\n${open}\ntest 1\ntest 2\n${close}\n\n${open}\nif true\nthen true; fi\n${close}\n`;
    const { blocks, verify } = await brief(text.replaceAll('\n', '\r\n'));
    expect(verify).toEqual(['test 1\ntest 2']);
    expect(blocks.map(({ code }) => code)).toEqual(['if true\nthen true; fi']);
  }
});
