/** Zero cells: combining marks, joiners, variation selectors. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Two cells: emoji, and what Unicode's East Asian Width calls wide. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}])/u;

let segmenter: Intl.Segmenter | undefined;

/** Terminal cells that a line takes; it must hold no control characters. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const piece of pieces(text)) width += widthOf(piece);
  return width;
}

/** At most `cells` wide; a cut ends in `…`. Never cuts a character that people see as one. */
export function cutToWidth(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  let cut = '';
  let width = 0;
  for (const piece of pieces(text)) {
    width += widthOf(piece);
    if (width > cells - 1) break;
    cut += piece;
  }
  return cells > 0 ? `${cut}…` : '';
}

function pieces(text: string): Iterable<string> {
  // Most lines are ASCII, where each unit is a cell.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOf(piece: string): number {
  if (piece === '' || ZERO.test(piece)) return 0;
  // An emoji of several characters is drawn as one; U+FE0F asks for the wide form.
  return WIDE.test(piece) || piece.includes('\ufe0f') ? 2 : 1;
}
