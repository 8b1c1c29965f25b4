import { expect, test } from 'vitest';
import { openScreen } from '../../lib/cli/live/screen.ts';

function terminal() {
  const written: string[] = [];
  const stream = { columns: 40, rows: 10, write: (text: string) => written.push(text) };
  return {
    screen: openScreen(stream as unknown as NodeJS.WriteStream),
    stream,
    taken: () => written.splice(0).join(''),
  };
}

test('only lines that changed are written, each cleared first', () => {
  const { screen, taken } = terminal();
  screen.draw(['one', 'two']);
  taken();
  screen.draw(['one', 'TWO']);
  expect(taken()).toBe('\x1b[?2026h\x1b[2;1H\x1b[KTWO\x1b[?2026l');
});

test('nothing is written where nothing changed', () => {
  const { screen, taken } = terminal();
  screen.draw(['one']);
  taken();
  screen.draw(['one']);
  expect(taken()).toBe('');
});

test('lines that are no longer there are cleared', () => {
  const { screen, taken } = terminal();
  screen.draw(['one', 'two']);
  taken();
  screen.draw(['one']);
  expect(taken()).toContain('\x1b[2;1H\x1b[K');
});

test('after a change of size everything is drawn anew', () => {
  const { screen, stream, taken } = terminal();
  screen.draw(['one']);
  taken();
  stream.columns = 20;
  screen.forget();
  screen.draw(['one']);
  expect(screen.size.columns).toBe(20);
  expect(taken()).toContain('one');
});

test('the terminal is given back as it was, once, and nothing is drawn after that', () => {
  const { screen, taken } = terminal();
  const opened = taken();
  screen.draw(['one']);
  taken();
  screen.close();
  const closed = taken();
  screen.close();
  screen.draw(['two']);
  expect(taken()).toBe('');
  // Each mode that was set is reset: alternate screen, cursor, wrapping.
  for (const mode of ['1049', '25', '7']) {
    const [before, after] = mode === '1049' ? ['h', 'l'] : ['l', 'h'];
    expect(opened).toContain(`\x1b[?${mode}${before}`);
    expect(closed).toContain(`\x1b[?${mode}${after}`);
  }
});

test('a process that ends without closing gives the terminal back all the same', () => {
  const { taken } = terminal();
  taken();
  const before = process.listeners('exit').at(-1) as () => void;
  before();
  expect(taken()).toContain('\x1b[?25h');
});
