/** A terminal's whole screen, drawn line by line; only what changed is written. */
export interface Screen {
  readonly size: { columns: number; rows: number };
  draw(lines: readonly string[]): void;
  /** Everything is drawn anew at the next `draw`. */
  forget(): void;
  /** Give the terminal back as it was. May be called again. */
  close(): void;
}

/** Alternate screen, no cursor, no wrapping: a line that is too long after all stays one line. */
const OPEN = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const CLOSE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Terminals that know it show what is between at once; others ignore it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

export function openScreen(stream: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    process.off('exit', close);
    stream.write(CLOSE);
  };
  // Whatever ends us, short of SIGKILL: nobody is left with a terminal without a cursor.
  process.on('exit', close);
  stream.write(OPEN);
  return {
    get size() {
      return { columns: stream.columns || 80, rows: stream.rows || 24 };
    },
    draw(lines) {
      if (!open) return;
      const changes: string[] = [];
      for (let row = 0; row < Math.max(lines.length, shown.length); row++) {
        const line = lines[row] ?? '';
        if (line === shown[row]) continue;
        // Cleared first: behind a line that ends in the last column, that one would be erased.
        changes.push(`\x1b[${row + 1};1H\x1b[K${line}`);
      }
      shown = [...lines];
      if (changes.length > 0) stream.write(`${BEGIN}${changes.join('')}${END}`);
    },
    forget() {
      shown = [];
      if (open) stream.write('\x1b[2J');
    },
    close,
  };
}
