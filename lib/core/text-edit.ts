/** A half-open range of UTF-16 offsets into one text. */
export interface Span {
  start: number;
  end: number;
}

/** Replace `span` of the original text by `text`. Offsets are always those of the original. */
export interface TextEdit extends Span {
  text: string;
}

/** Splice `edits` into `text`. Throws RangeError where two overlap or one lies outside the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`edit ${edit.start}-${edit.end} overlaps another or leaves the text`);
    }
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}
