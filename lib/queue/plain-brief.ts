/** A fenced block as it stands: its info string, its code, and the 0-based line that it begins in. */
export interface PlainFence {
  language: string;
  code: string;
  line: number;
}

/**
 * The fenced blocks of a task whose block is so plain that they can be told line by line: fences of
 * three backticks at the margin, nothing that could be HTML, and no checkboxes. Null for any other,
 * which remark must read: loading that takes longer than all else that is done about a task.
 */
export function readPlainFences(source: string): PlainFence[] | null {
  if (/[\r\0\ufeff]/.test(source)) return null;
  const fences: PlainFence[] = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const opening = /^```([\w+-]*)$/.exec(line);
    if (opening === null) {
      if (at === 0 ? isOdd(line.replace(/^[-*+] \[[ xX]\] /, '')) : isOdd(line)) return null;
      continue;
    }
    const end = closing(lines, at + 1);
    if (end === null) return null;
    const code = lines.slice(at + 1, end).join('\n');
    fences.push({ language: (opening[1] as string).toLowerCase(), code, line: at });
    at = end;
  }
  return fences;
}

/** A fence elsewhere than at the margin, a checkbox, or what HTML may begin with. */
const isOdd = (line: string): boolean =>
  /```|~~~|\[[ xX\t]\]/.test(line) || /^[\s>*+\-\d.)#[\]^:|]*</.test(line);

/** The line that ends the block; null where another might, or none does. */
function closing(lines: readonly string[], from: number): number | null {
  for (let at = from; at < lines.length; at++) {
    if (lines[at] === '```') return at;
    if (/^\s*```/.test(lines[at] as string)) return null;
  }
  return null;
}
