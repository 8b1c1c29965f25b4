import { Writable } from 'node:stream';
import { EXIT, UserError } from '../core/errors.ts';

/** Questions to a person at a terminal. */
export interface Questions {
  /** What was typed, trimmed; `fallback` where only Enter was pressed. */
  ask(question: string, fallback: string): Promise<string>;
  /** Typed unseen. */
  askHidden(question: string): Promise<string>;
  close(): void;
}

/** Asks on standard error, which is free where standard output goes elsewhere. Throws UserError (exit 130) at Ctrl-C or Ctrl-D. */
export async function openQuestions(): Promise<Questions> {
  const { createInterface } = await import('node:readline/promises');
  let hidden = false;
  const output = new Writable({
    write(chunk, encoding, done) {
      if (hidden) done();
      else process.stderr.write(chunk, encoding, done);
    },
  });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  const left = Promise.withResolvers<never>();
  left.promise.catch(() => {});
  prompt.once('close', () =>
    left.reject(new UserError('left before the last question', { exitCode: EXIT.interrupted })),
  );
  return {
    async ask(question, fallback) {
      const typed = await Promise.race([
        prompt.question(`${question} [${fallback}] `),
        left.promise,
      ]);
      return typed.trim() || fallback;
    },
    async askHidden(question) {
      process.stderr.write(`${question} `);
      hidden = true;
      try {
        return (await Promise.race([prompt.question(''), left.promise])).trim();
      } finally {
        hidden = false;
        process.stderr.write('\n');
      }
    },
    close: () => prompt.close(),
  };
}
