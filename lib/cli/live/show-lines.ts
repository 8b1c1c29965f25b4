import type { Context } from '../context.ts';
import { describeError } from '../error-text.ts';
import { terminalLine } from '../terminal-text.ts';
import { eventWords } from './event-words.ts';
import type { Show } from './show.ts';

/** A line an event on stdout: `2026-11-21T10:00:00Z allegro TASK-001 complete`; with --json as `log` has it. */
export function showLines({ out, messages, json }: Context): Show {
  let lastTrouble = '';
  const say = (text: string) => messages.line(terminalLine(text));
  return {
    look() {},
    events({ house }, events) {
      for (const event of events) {
        const { id, type, task, run, attempt, data } = event;
        const time = new Date(event.time).toISOString();
        if (json) {
          out.json({ id, time, wizard: house.name, type, task, run, attempt, data }, 'compact');
        } else {
          const when = time.replace(/\.\d+Z$/, 'Z');
          out.line(terminalLine(`${when} ${house.name} ${eventWords(event)}`));
        }
      }
    },
    trouble(wizard, error) {
      const { text } = describeError(error);
      if (text === lastTrouble) return;
      lastTrouble = text;
      messages.write(`${terminalLine(wizard)}: ${text}`);
    },
    say,
    ask: say,
    close() {},
  };
}
