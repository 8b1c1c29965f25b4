import { LINE, type Lines } from './lines.ts';
import { type Section, titleOf } from './section.ts';

/** A file so named, or so headed, is one list of what is to do, whatever it is divided by. */
const NAME = /(?:^|\/)to-?dos?(?:\.md|\.markdown)$/i;
const HEADING = /^[^\p{L}]*(?:to-?dos?|to do)(?: list)?[^\p{L}]*$/iu;
/** The one of a program that is called so. */
const README = /(?:^|\/)readme\.[^/]*$/i;

/** Parts of such a file that tell something. */
const TOLD =
  /\b(?:notes?|references?|links?|resources?|usage|install(?:ation)?|about|background|context|rules?|logs?|decisions?|questions?|how|why|what|goals?|principles|credits|license|completed|finished|archived?|known|tutorial|glossary|faq|stack)\b/i;

/** Items to a line of prose; a plan that explains itself has fewer. */
const ITEMS = 5;

/** True where hardly anything but items stands in the file. */
function isList({ kind, indent, count }: Lines): boolean {
  let items = 0;
  let others = 0;
  for (let line = 0; line < count; line++) {
    if (kind[line] === LINE.item) items++;
    else if (indent[line] === 0 && OTHERS.has(kind[line] ?? LINE.blank)) others++;
  }
  return others * ITEMS <= items;
}

const OTHERS: ReadonlySet<number> = new Set([LINE.text, LINE.table, LINE.quote, LINE.masked]);

/** The sections, with those that only divide such a list read as a state is; null for any other file. */
export function asTodo(lines: Lines, outline: Section[], path: string): Section[] | null {
  const { text } = lines;
  const [top, first] = outline as [Section, Section | undefined];
  const headed = first?.level === 1 && HEADING.test(titleOf(text, first));
  if (!(headed ? !README.test(path) : NAME.test(path)) || !isList(lines)) return null;
  // `## Todo` in such a file tells that the others are something else.
  const own = outline.some((one) => one.own === 'PENDING' && !(headed && one === first));
  if (own) return null;
  return outline.map((section) => {
    const open = section.state === null || section.state === 'PENDING';
    if (section.role !== 'section' || !open || (section === top && first !== undefined))
      return section;
    if (TOLD.test(titleOf(text, section))) return section;
    return { ...section, role: 'state' as const };
  });
}
