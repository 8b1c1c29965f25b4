import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openOutput } from '../../lib/cli/output.ts';

function stream(properties: Partial<NodeJS.WriteStream> = {}) {
  const written: string[] = [];
  const emitter = Object.assign(new EventEmitter(), properties, {
    write: (text: string) => written.push(text) > 0,
  }) as unknown as NodeJS.WriteStream;
  return { emitter, written };
}

test('the stream is opened at the first use', () => {
  let opened = 0;
  const { emitter } = stream();
  const output = openOutput(() => {
    opened++;
    return emitter;
  }, {});
  expect(opened).toBe(0);
  output.line('a');
  output.line('b');
  expect(opened).toBe(1);
});

test('once the reader is gone, nothing more is written and waiting ends', () => {
  const { emitter, written } = stream();
  const output = openOutput(() => emitter, {});
  output.line('a');
  emitter.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  output.line('b');
  expect(written).toEqual(['a\n']);
  expect(output.closed.aborted).toBe(true);
});

test('that nothing more can be written is told once, and the rest is dropped', () => {
  const { emitter, written } = stream();
  const lost: string[] = [];
  const output = openOutput(
    () => emitter,
    {},
    ({ message }) => lost.push(message),
  );
  output.line('a');
  for (const _ of [1, 2])
    emitter.emit('error', Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
  output.line('b');
  expect({ lost, written }).toEqual({ lost: ['write ENOSPC'], written: ['a\n'] });
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, {}, false],
  [{}, { FORCE_COLOR: '1' }, true],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
] as const)('%o with %o has colours: %s', (properties, environment, expected) => {
  const { emitter } = stream(properties as Partial<NodeJS.WriteStream>);
  expect(openOutput(() => emitter, environment).colors).toBe(expected);
});
