import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCrontab, readBlocks, renderBlock, toBytes } from '../../lib/houses/crontab-block.ts';

const LINES = ['* * * * * /bin/sh /r/tick.sh dispatch /h allegro'];
const put = (text: string, lines: string[] | null = LINES, wizard = 'allegro', root = '/h') =>
  planCrontab(text, [{ root, wizard, lines }]);

describe('other lines', () => {
  const MINE = '# mine\r\n\n\tMAILTO=me \n@daily\tx # y\n \n0 3 * * * /caf\xe9 100\\%\n';

  test('stay byte for byte, whatever they are', () => {
    const put1 = put(MINE);
    expect(put1.startsWith(MINE)).toBe(true);
    expect(put1.slice(MINE.length)).toBe(renderBlock('/h', 'allegro', LINES));
    expect(put(put1, null)).toBe(MINE);
  });

  test('stay before and after a block that changes or goes', () => {
    const around = `${MINE}${renderBlock('/h', 'allegro', LINES)}\n\t# below\r\nlast, without end`;
    const changed = put(around, ['0 * * * * other']);
    expect(changed).toBe(around.replace(LINES[0] as string, '0 * * * * other'));
    expect(put(changed, null)).toBe(`${MINE}\n\t# below\r\nlast, without end`);
  });

  test('without an end get one, since cron takes no other', () => {
    expect(put('0 3 * * * true')).toBe(`0 3 * * * true\n${renderBlock('/h', 'allegro', LINES)}`);
  });

  test('of any kind are kept (property)', () => {
    const line = fc.stringMatching(/^[\t -~\r]{0,30}$/).filter((text) => !text.includes('robed'));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const top = before.map((text) => `${text}\n`).join('');
        const all = put(top) + after.map((text) => `${text}\n`).join('');
        expect(put(all, null)).toBe(top + after.map((text) => `${text}\n`).join(''));
      }),
    );
  });
});

test('putting a block in twice is putting it in once, and nothing changes the text itself', () => {
  const once = put('x\n');
  expect(put(once)).toBe(once);
  expect(put('x\n', null)).toBe('x\n');
});

test('each wizard has a block of its own, and so has the same wizard of another household', () => {
  let text = put('', LINES, 'allegro', '/one');
  text = put(text, ['two'], 'allegro', '/two');
  text = put(text, ['three'], 'ezra', '/one');
  expect(readBlocks(text).map(({ root, wizard }) => [root, wizard])).toEqual([
    ['/one', 'allegro'],
    ['/two', 'allegro'],
    ['/one', 'ezra'],
  ]);
  text = put(text, null, 'allegro', '/one');
  expect(readBlocks(text).map(({ root, lines }) => [root, lines.slice(1)])).toEqual([
    ['/two', ['two']],
    ['/one', ['three']],
  ]);
});

test('a root may hold spaces, brackets and letters of any script', () => {
  const root = '/home/ä b (root c) >>>';
  const text = put('', LINES, 'allegro', root);
  expect(text).toBe(toBytes(renderBlock(root, 'allegro', LINES)));
  expect(readBlocks(text)[0]).toMatchObject({ root, wizard: 'allegro', first: 1, last: 4 });
  expect(put(text, null, 'allegro', root)).toBe('');
});

describe('a block’s lines', () => {
  const SOURCED = '* * * * * set -- /r/tick.sh dispatch /h allegro; . "$1"';

  test.each([
    ['', SOURCED],
    ['SHELL=/bin/bash\n', SOURCED],
    ['SHELL = "/usr/bin/fish"\n', LINES[0]],
    ['SHELL=/bin/csh\n', LINES[0]],
    ['SHELL=/bin/csh\nSHELL=/bin/sh\n', SOURCED],
    ['# SHELL=/bin/csh\n', SOURCED],
  ])('after %j are for the shell that cron has there', (above, line) => {
    const text = put(above, [SOURCED]);
    expect(readBlocks(text)[0]?.lines[1]).toBe(line);
    // What stands below changes nothing above it.
    const more = `${text}SHELL=/bin/csh\n`;
    expect(put(more, [SOURCED])).toBe(more);
  });
});

describe('nothing is planned where markers do not pair', () => {
  const [start = '', , line = '', end = ''] = renderBlock('/h', 'allegro', LINES).split('\n');
  test.each([
    ['a missing end', [start, line], 1],
    ['a missing beginning', ['x', line, end], 3],
    ['a nested block', [start, line, start, line, end, end], 3],
    ['a block inside another’s', [start, start.replace('allegro', 'ezra'), end], 2],
    ['the end of another', [start, line, end.replace('allegro', 'ezra')], 3],
    ['a second block', [start, line, end, start, line, end], 4],
    ['a marker with a carriage return', [`${start}\r`, line, `${end}\r`], 1],
    ['a marker that was indented', [` ${start}`, line, end], 1],
    ['a marker that lost its root', ['# >>> robed: allegro >>>', line, end], 1],
    ['an end that was edited', [start, line, '# <<< robed allegro'], 3],
  ])('%s: line %s', (_, lines, number) => {
    const text = `${lines.join('\n')}\n`;
    for (const change of [LINES, null]) {
      expect(() => put(text, change)).toThrow(`line ${number} of the crontab`);
      expect(() => put(text, change, 'other')).toThrow('nothing was written');
    }
  });
});

test('a crontab with the line ends of Windows is told as such, and its mend mends it', () => {
  const windows = put('0 3 * * * true\n').replaceAll('\n', '\r\n');
  expect(() => put(windows)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^line 2 of the crontab ends in a carriage return/),
      hint: expect.stringContaining("crontab -l | tr -d '\\r' | crontab -"),
    }),
  );
  const mended = execFileSync('tr', ['-d', '\\r'], { input: windows, encoding: 'latin1' });
  expect(put(mended)).toBe(put('0 3 * * * true\n'));
});

test('names that a marker can’t hold are refused', () => {
  expect(() => put('', LINES, 'a b')).toThrow('expected a house whose name');
  expect(() => put('', LINES, 'allegro', '/a\nb')).toThrow('control characters');
});
