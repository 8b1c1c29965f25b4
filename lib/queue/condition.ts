import { readDefaults } from './defaults.ts';
import type { Finding, QueueDefaults, QueueEntry } from './document.ts';
import type { ForeignFormat } from './foreign.ts';
import { plainText } from './inline.ts';
import { LINE, type Lines } from './lines.ts';

/** What a file as a whole is: whole or torn, a queue or a generated view, a retired list, a pointer. */
export interface Condition {
  defaults: QueueDefaults;
  findings: Finding[];
  readOnly: string | null;
  unreadable: boolean;
}

/** Lines at the top that may say what the file is. */
const TOP = 40;

export function readCondition(
  lines: Lines,
  entries: QueueEntry[],
  format: ForeignFormat | null,
): Condition {
  const torn = findTorn(lines.text);
  if (torn !== null) {
    return { defaults: {}, findings: [torn], readOnly: torn.message, unreadable: true };
  }
  const { defaults, findings, generated } = readDefaults(lines);
  const special = generated
    ? GENERATED
    : format === null
      ? readTop(lines, entries)
      : foreign(format);
  const said = special ?? (entries.length === 0 ? findUnread(lines) : null);
  return {
    defaults,
    findings: said === null ? findings : [...findings, said],
    readOnly: special?.message ?? null,
    unreadable: false,
  };
}

const GENERATED: Finding = {
  level: 'warning',
  code: 'generated',
  line: 1,
  message: 'its front matter says it is generated: it is read, not written',
};

/** List items of a file that lists nothing else: plain ones are never read as tasks. */
function findUnread(lines: Lines): Finding | null {
  let items = 0;
  for (let line = lines.bodyLine; line < lines.count; line++)
    if (lines.kind[line] === LINE.item && (lines.indent[line] ?? 0) < 2) items++;
  if (items < 2) return null;
  const message = `none of the ${items} list items here is marked as a task; \`robed adopt\` reads only marked tasks: write \`- [ ]\` in front of what is one`;
  return { level: 'info', code: 'no-tasks-found', line: null, message };
}

function foreign(format: ForeignFormat): Finding {
  const message = `a file in the ${format} format is read, not written`;
  return { level: 'warning', code: 'foreign-format', line: null, message };
}

/** A NUL byte or a conflict marker: the text is not what somebody meant to save. */
export function findTorn(text: string): Finding | null {
  const nul = text.indexOf('\0');
  if (nul !== -1)
    return {
      level: 'error',
      code: 'nul-byte',
      line: lineAt(text, nul),
      message: `line ${lineAt(text, nul)} holds a NUL byte: the file is damaged or not UTF-8`,
    };
  const marker = /^(?:<{7}|>{7}|\|{7})(?: |$)/m;
  if (!text.includes('<<<<<<<') && !text.includes('>>>>>>>')) return null;
  const found = marker.exec(text);
  if (found === null) return null;
  const line = lineAt(text, found.index);
  return {
    level: 'error',
    code: 'conflict-marker',
    line,
    message: `line ${line} is a merge conflict marker: settle the conflict first`,
  };
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    line++;
  return line;
}

function readTop(lines: Lines, entries: QueueEntry[]): Finding | null {
  const stop = Math.min(lines.count, TOP, (entries[0]?.line ?? Number.POSITIVE_INFINITY) - 1);
  for (let line = 0; line < stop; line++) {
    if (lines.kind[line] === LINE.blank) continue;
    const source = lines.text.slice(
      lines.start[line],
      Math.min(lines.end[line] ?? 0, (lines.start[line] ?? 0) + 400),
    );
    const said = plainText(source.replace(/<!--|-->|^[\s>#*-]+/g, ' '));
    const found = readDeclaration(said, lines.kind[line] === LINE.heading);
    if (found !== null)
      return {
        level: 'warning',
        code: found.code,
        line: line + 1,
        message: `line ${line + 1} says the file is ${found.what}: it is read, not written`,
      };
  }
  return entries.length > 0 || lines.count > TOP ? null : findPointer(lines);
}

function findPointer(lines: Lines): Finding | null {
  for (let line = 0; line < lines.count; line++) {
    const source = lines.text.slice(
      lines.start[line],
      Math.min(lines.end[line] ?? 0, (lines.start[line] ?? 0) + 400),
    );
    if (
      /(?:^|\b)(?:see|moved to|lives? (?:in|at)|tracked in|find .* in|now in|maintained in|use) +.{0,40}(?:\]\(|`[^`]*[./][^`]*`|https?:|[\w/-]+\.md\b)/i.test(
        source,
      )
    ) {
      return {
        level: 'warning',
        code: 'pointer',
        line: line + 1,
        message: `line ${line + 1} points to another file, and there are no tasks here: it is read, not written`,
      };
    }
  }
  return null;
}

/** One of these stands in every declaration; most lines hold none. */
const DECLARING = [
  'generated',
  'edit',
  'this',
  'retired',
  'deprecated',
  'superseded',
  'obsolete',
  'archived',
];

function readDeclaration(said: string, heading: boolean): { code: string; what: string } | null {
  const lower = said.toLowerCase();
  return DECLARING.some((word) => lower.includes(word)) ? declarationIn(said, heading) : null;
}

function declarationIn(said: string, heading: boolean): { code: string; what: string } | null {
  if (
    /\b(?:auto-?\s?generated|automatically generated|generated (?:by|from|file|automatically)|this file is generated)\b/i.test(
      said,
    ) ||
    /\b(?:do not|don'?t|never) (?:hand-?)?edit (?:this file|by hand|manually|directly)|^do not edit\b/i.test(
      said,
    )
  ) {
    return { code: 'generated', what: 'generated' };
  }
  if (
    /\bthis (?:file|queue|list|document|backlog|page|tracker|plan) (?:is|has been|was|is now|is no longer)\s+(?:now )?(?:retired|deprecated|archived|superseded|frozen|obsolete|replaced|moved|no longer|in use|used|maintained)/i.test(
      said,
    )
  ) {
    return { code: 'retired', what: 'retired' };
  }
  if (
    /^\W*(?:\w+:?\s+)?(?:retired|deprecated|superseded|obsolete|archived)\b(?=\W|$)(?! (?:tasks?|items?|work|entries|features?))/i.test(
      said,
    ) &&
    (heading ||
      /^\W*(?:status:?\s*)?(?:retired|deprecated|superseded|obsolete|archived)\b\s*(?:$|[—–:(.-]|by\b|in favou?r|on \d|\d)/i.test(
        said,
      ))
  ) {
    return { code: 'retired', what: 'retired' };
  }
  if (heading && /[—–(:-]\s*(?:retired|deprecated|superseded|obsolete|archived)\b/i.test(said))
    return { code: 'retired', what: 'retired' };
  return null;
}
