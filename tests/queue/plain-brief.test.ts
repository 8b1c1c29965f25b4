import fc from 'fast-check';
import type { Code, ListItem, Node, Parent } from 'mdast';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { expect, test } from 'vitest';
import { type PlainFence, readPlainFences } from '../../lib/queue/plain-brief.ts';

const parser = remark().use(remarkGfm).freeze();

/** What remark finds: fences, and checkboxes below the first line. */
function byRemark(source: string): { fences: PlainFence[]; boxes: number } {
  const found = { fences: [] as PlainFence[], boxes: 0 };
  const visit = (node: Node): void => {
    const { line, offset = 0 } = node.position?.start ?? { line: 1 };
    if (node.type === 'code' && /^(?:`{3}|~{3})/.test(source.slice(offset, offset + 3))) {
      const { lang, value } = node as Code;
      found.fences.push({ language: (lang ?? '').toLowerCase(), code: value, line: line - 1 });
    }
    if (node.type === 'listItem' && typeof (node as ListItem).checked === 'boolean' && line > 1) {
      found.boxes++;
    }
    if ('children' in node) for (const child of (node as Parent).children) visit(child);
  };
  visit(parser.parse(source));
  return found;
}

const line = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '',
      '```',
      '```sh',
      '```bash',
      '```',
      '````',
      '~~~',
      '~~~sh',
      '```sh x',
      '  ```',
      '``` ',
    ],
    ...[
      '### T-1: Title',
      '- **Status:** PENDING',
      '- **Verify:** `test -s a`',
      '- [ ] one',
      '- [x] two',
    ],
    ...[
      'Words of it.',
      '> quoted',
      '> ```sh',
      '    code',
      '\tcode',
      '1. one',
      '   more',
      '  - nested',
    ],
    ...[
      '| a | b |',
      '| - | - |',
      '| `x` | y |',
      '---',
      '===',
      '[^1]: note',
      '[a]: /b "c',
      '[a]:',
      'echo 1',
    ],
    ...[
      '<div>',
      '<!-- no',
      '-->',
      '</div>',
      '<pre>',
      '- <b>',
      '<https://a.b>',
      'a <b> c',
      '* * *',
      '- ```sh',
    ],
    ...[
      '`a',
      '``',
      '`',
      '# x `',
      '\\```',
      '&lt;',
      '$$',
      '+ a',
      '- ',
      '-',
      '# ',
      '```+x-y',
      ' ```sh',
      'a  ',
    ],
  ),
  fc.string({ unit: fc.constantFrom(...'`~-*>#<[] x\t1.|:!/?a"'), maxLength: 8 }),
);

const fence = fc
  .tuple(fc.constantFrom('```', '```sh', '```Bash'), fc.array(line, { maxLength: 4 }))
  .map(([opening, code]) => [opening, ...code, '```'].join('\n'));

test('what it reads is what remark reads', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fence), { maxLength: 8 }), (lines) => {
      const source = lines.join('\n');
      const fences = readPlainFences(source);
      if (fences === null) return;
      plain += Math.min(1, fences.length);
      expect({ fences, boxes: 0 }).toEqual(byRemark(source));
    }),
    { numRuns: Number(process.env['RUNS'] ?? 3000) },
  );
  expect(plain).toBeGreaterThan(100);
});

test('an ordinary task needs no remark', () => {
  const source = [
    '- [ ] Count the scrolls',
    '- **Verify:** `test -s out.txt`',
    '',
    'In the hall, see [the list](list.md).',
    '',
    '```sh',
    'ls | wc -l > out.txt',
    '',
    '  # ~~~ [x] <b>',
    '```',
    '',
  ].join('\n');
  expect(readPlainFences(source)).toEqual(byRemark(source).fences);
});

test.each([
  ['a checkbox', '### a\n- [ ] one\n'],
  ['a fence in a list', '### a\n- b\n\n  ```sh\n  true\n  ```\n'],
  ['tildes', '### a\n~~~sh\ntrue\n~~~\n'],
  ['a comment', '### a\n<!--\n```sh\ntrue\n```\n-->\n'],
  ['a fence that is not closed', '### a\n```sh\ntrue\n'],
])('%s is left to remark', (_what, source) => {
  expect(readPlainFences(source)).toBeNull();
});
