import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQueue } from '../../lib/queue/parse.ts';
import { queueText } from './queues.ts';

test('never throws, and entries stand in order, in range, apart from one another', () => {
  fc.assert(
    fc.property(fc.oneof(queueText, fc.string({ unit: 'binary' })), (text) => {
      const doc = parseQueue(text);
      let end = 0;
      for (const entry of doc.entries) {
        expect(entry.span.start).toBeGreaterThanOrEqual(end);
        expect(entry.span.end).toBeGreaterThan(entry.span.start);
        expect(entry.span.end).toBeLessThanOrEqual(text.length);
        expect(entry.title).not.toBe('');
        expect(entry.endLine).toBeGreaterThanOrEqual(entry.line);
        if (entry.statusSpan !== null) {
          expect(entry.statusSpan.start).toBeGreaterThanOrEqual(entry.span.start);
          expect(entry.statusSpan.end).toBeLessThanOrEqual(entry.span.end);
        }
        for (const field of entry.fields.values()) {
          expect(text.slice(field.span.start, field.span.end)).not.toMatch(/\n/);
          expect(field.span.start).toBeGreaterThanOrEqual(entry.span.start);
        }
        end = entry.span.end;
      }
      const handles = doc.entries.map(({ handle }) => handle);
      expect(new Set(handles).size).toBe(handles.length);
    }),
    { numRuns: 2000 },
  );
});

test('line ends, a BOM and trailing spaces change nothing that is read', () => {
  fc.assert(
    fc.property(queueText, (text) => {
      const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
      fc.pre(!plain.includes('\r'));
      const read = (source: string) =>
        parseQueue(source).entries.map(({ id, title, status, line }) => [id, title, status, line]);
      expect(read(plain.replaceAll('\n', '\r\n'))).toEqual(read(plain));
      expect(read(`\ufeff${plain}`)).toEqual(read(plain));
    }),
    { numRuns: 1000 },
  );
});
