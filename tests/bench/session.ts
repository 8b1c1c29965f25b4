import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terminalLine } from '../../lib/cli/terminal-text.ts';
import type { Row } from './row.ts';

/** What the measuring works with. */
export interface Session {
  /** Samples of each side, after the warm-up. */
  runs: number;
  /** Fewer samples and shorter waits: for a look while working, not for quoting. */
  quick: boolean;
  /** A new folder, away when the session ends. */
  folder(name: string): string;
  /** Called when the session ends, however it ends; the last one first. Synchronous. */
  atEnd(undo: () => void): void;
}

/** A row's measuring: one or several rows that come of the same samples. */
export interface Experiment {
  /** The names of its rows begin with this. */
  name: string;
  measure(session: Session): Promise<Row[]>;
}

export function openSession(options: { runs: number; quick: boolean }): Session & { end(): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-bench-')));
  // Servers that refuse root run as somebody else, below it.
  chmodSync(root, 0o755);
  const undos: (() => void)[] = [];
  let folders = 0;
  let open = true;
  return {
    ...options,
    folder: (name) => mkdtempSync(join(root, `${name}-${++folders}-`)),
    atEnd: (undo) => undos.push(undo),
    end() {
      if (!open) return;
      open = false;
      for (const undo of undos.reverse()) {
        try {
          undo();
        } catch (error) {
          console.error(`bench: ${(error as Error).message}`);
        }
      }
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** One way to do the work; a sample is a figure in the row's unit. Throws where it was not done right. */
export type Sample = () => number | Promise<number>;

/**
 * Samples of each side in turn, so that what the machine does meanwhile hits all of them, after one
 * of each that does not count. A side that fails has a problem instead of samples.
 */
export async function interleave<Side extends string>(
  sides: Readonly<Record<Side, Sample | { problem: string }>>,
  runs: number,
): Promise<Record<Side, { samples: number[] } | { problem: string }>> {
  const names = Object.keys(sides) as Side[];
  const found = {} as Record<Side, { samples: number[] } | { problem: string }>;
  for (const name of names) {
    const side: Sample | { problem: string } = sides[name];
    found[name] = typeof side === 'function' ? { samples: [] } : side;
  }
  for (let run = -1; run < runs; run++) {
    // Whoever comes second finds the disk as the first left it: by turns.
    for (const name of run % 2 === 0 ? names : names.toReversed()) {
      const [side, got] = [sides[name], found[name]];
      if (typeof side !== 'function' || 'problem' in got) continue;
      try {
        const sample = await side();
        if (run >= 0) got.samples.push(sample);
      } catch (error) {
        found[name] = { problem: terminalLine((error as Error).message).slice(0, 300) };
      }
    }
  }
  return found;
}
