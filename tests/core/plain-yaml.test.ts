import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readPlainYaml, renderPlainYaml } from '../../lib/core/plain-yaml.ts';

const WORDS = [
  ...['null', 'true', 'No', '~', '12', '0x1F', '1e5', '1.', '.5', '.inf', '.', '...', '---', ''],
  ...['a: b', 'a #b', 'a:', 'a-', ' a', 'a ', '- a', '? a', '[a]', '{a}', '"a"', "'a'", '`a`', '|'],
  ...[
    '2026-11-21T10:00:00.000Z',
    '900s',
    '6e120456-1a2b',
    '233490',
    '/a/b c',
    'a\tb',
    'a\nb',
    '%a',
  ],
  ...[
    'é — ü',
    '→',
    '\u2028',
    '\ufeff',
    '🙂',
    '&a',
    '*a',
    '!a',
    '@a',
    'constructor',
    '__proto__',
    '<<',
  ],
];
const word = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: fc.constantFrom(...'aA0 9:#-./_"\'\\n\t,[{eE+xo~'), maxLength: 8 }),
  fc.string({ maxLength: 12 }),
);
const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('task', 'run', 'a b', 'x-y') }, word);
const scalar = fc.oneof(word, fc.nat(), fc.constant(null), fc.boolean(), fc.integer(), fc.double());
const data = fc.dictionary(
  key,
  fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 3 })),
  { maxKeys: 5 },
);
const render = (value: object) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

test('what it writes is what yaml writes', () => {
  fc.assert(
    fc.property(data, (value) => {
      const text = renderPlainYaml(value);
      if (text !== null && Object.keys(value).length > 0) expect(text).toBe(render(value));
    }),
    { numRuns: 1000 },
  );
});

/** Lines as they may stand in front matter, most of them almost plain. */
const line = fc.oneof(
  fc.tuple(key, fc.constantFrom(': ', ':', ' : ', ':  '), word).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('', '  ', '    ', '\t'), fc.constantFrom('- ', '-', ''), word)
    .map((p) => p.join('')),
  fc
    .tuple(fc.constantFrom('  ', '   '), key, fc.constantFrom(': ', ':'), word)
    .map((p) => p.join('')),
  key.map((name) => `${name}:`),
);
const source = fc.oneof(
  fc.array(line, { maxLength: 5 }).map((lines) => lines.map((one) => `${one}\n`).join('')),
  data.map(render),
);

test('what it reads is what yaml reads', () => {
  fc.assert(
    fc.property(source, (text) => {
      const read = readPlainYaml(text);
      if (read !== null) {
        expect(read).toEqual(parse(text, { maxAliasCount: 0, logLevel: 'error' }) ?? {});
      }
    }),
    { numRuns: 2000 },
  );
});

test('reports and triggers need nothing else', () => {
  const value = {
    task: 'TASK-001',
    title: 'Count the scrolls — again',
    runner: {
      pid: 12,
      start: '233490',
      boot: '6e120456-1a2b-4c5d-8e9f-000000000000',
      shared: true,
    },
    claimed: '2026-11-21T10:00:00.000Z',
    timeout: '900s',
    verify: ['npm test', 'test -s out.txt'],
    produces: [],
    fields: {},
    exit: 0,
    usage: { inputTokens: 12 },
  };
  const text = renderPlainYaml(value);
  expect(text).toBe(render(value));
  expect(readPlainYaml(text ?? '')).toEqual(value);
});

test('a number that is not written as its digits is left to the package', () => {
  for (const value of [-0, 0.5, 1e21, Number.NaN]) expect(renderPlainYaml({ value })).toBeNull();
});
