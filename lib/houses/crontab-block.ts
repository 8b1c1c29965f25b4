import { EXIT, UserError } from '../core/errors.ts';
import { inOwnShell } from './cron-lines.ts';
import { hasPosixShell } from './cron-shell.ts';

/** A crontab is bytes in no certain encoding; here each byte is one character (latin1). */
export type CrontabText = string;

/** The block of one wizard of one household. */
export interface CrontabBlock {
  root: string;
  wizard: string;
  /** 1-based lines of its markers. */
  first: number;
  last: number;
  /** What stands between them. */
  lines: string[];
}

/** What is to stand in one wizard's block; null: no block. */
export interface BlockChange {
  root: string;
  wizard: string;
  lines: readonly string[] | null;
}

const START = /^# >>> robed: (\S+) \(root (.+)\) >>>$/;
const END = /^# <<< robed: (\S+) <<<$/;
/** A marker, or what somebody made of one. */
const LIKE_MARKER = /^\s*#\s*(?:>>>|<<<)\s*robed|^\s*#\s.*robed:.*(?:>>>|<<<)\s*$/i;

const NOTE = '# made from house.yaml by `robed crontab install`, which writes it anew';

/** The block as it stands in a crontab, with its markers. In UTF-8, for people. */
export function renderBlock(root: string, wizard: string, lines: readonly string[]): string {
  checkNames(root, wizard);
  const all = [
    `# >>> robed: ${wizard} (root ${root}) >>>`,
    NOTE,
    ...lines,
    `# <<< robed: ${wizard} <<<`,
  ];
  return `${all.join('\n')}\n`;
}

/**
 * The crontab with these blocks put in, replaced or taken out; every other byte stays. The text
 * itself where nothing changes. A line without end at the end of the crontab gets one, since cron
 * takes no other. Throws UserError where markers don't pair. Pure.
 */
export function planCrontab(text: CrontabText, changes: readonly BlockChange[]): CrontabText {
  let planned = text;
  for (const { root, wizard, lines } of changes) {
    planned = putBlock(planned, root, wizard, lines);
  }
  return planned;
}

/** Every block of Robed's. Throws UserError, naming the line, where a marker is not as it was made. */
export function readBlocks(text: CrontabText): CrontabBlock[] {
  const blocks: CrontabBlock[] = [];
  let open: CrontabBlock | null = null;
  for (const [at, line] of text.split('\n').entries()) {
    const number = at + 1;
    const start = START.exec(line);
    const end = START.test(line) ? null : END.exec(line);
    if (start) {
      if (open)
        throw damaged(number, `the beginning of a block inside that of ${open.wizard}`, open.first);
      const [, wizard = '', root = ''] = start.map(fromBytes);
      const twin = blocks.find((block) => block.root === root && block.wizard === wizard);
      if (twin) throw damaged(number, `a second block of ${wizard}`, twin.first);
      open = { root, wizard, first: number, last: number, lines: [] };
    } else if (end) {
      const wizard = fromBytes(end[1] as string);
      if (open?.wizard !== wizard) {
        throw damaged(number, `an end of ${wizard} without its beginning`, open?.first);
      }
      blocks.push({ ...open, last: number });
      open = null;
    } else if (LIKE_MARKER.test(line)) throw edited(number, line);
    else open?.lines.push(fromBytes(line));
  }
  if (open) throw damaged(open.first, `a block of ${open.wizard} without its end`);
  return blocks;
}

/** As crontab(1) prints it: bytes, one character each. */
export const toBytes = (text: string): CrontabText => Buffer.from(text, 'utf8').toString('latin1');

export const fromBytes = (text: CrontabText): string =>
  Buffer.from(text, 'latin1').toString('utf8');

function putBlock(text: CrontabText, root: string, wizard: string, lines: BlockChange['lines']) {
  const block = readBlocks(text).find((one) => one.root === root && one.wizard === wizard);
  const posix = hasPosixShell(text, block?.first ?? Number.POSITIVE_INFINITY);
  const fitting = posix ? lines : (lines?.map(inOwnShell) ?? null);
  const rendered = fitting === null ? '' : toBytes(renderBlock(root, wizard, fitting));
  if (block === undefined) {
    if (rendered === '') return text;
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${rendered}`;
  }
  const start = startOfLine(text, block.first);
  return text.slice(0, start) + rendered + text.slice(startOfLine(text, block.last + 1));
}

/** Of a 1-based line; the end of the text where there are fewer. */
function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let left = line - 1; left > 0; left--) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

function edited(line: number, marker: CrontabText): UserError {
  return marker.endsWith('\r')
    ? refused(
        `line ${line} of the crontab ends in a carriage return, which cron hands to each command`,
        "take them out: crontab -l | tr -d '\\r' | crontab -",
      )
    : damaged(line, 'a marker that was edited');
}

function damaged(line: number, found: string, other?: number): UserError {
  const where = other === undefined ? '' : ` (line ${other})`;
  return refused(
    `line ${line} of the crontab is ${found}${where}`,
    'by `crontab -e`, take out every line from a “# >>> robed:” to its “# <<< robed:”, then run `robed crontab install`',
  );
}

const refused = (why: string, hint: string): UserError =>
  new UserError(`${why}; nothing was written`, { hint });

/** A marker's word, and a unit's name. Throws UserError. */
export function checkScheduledName(wizard: string): void {
  if (/^[\w][\w.-]{0,63}$/.test(wizard)) return;
  throw new UserError(
    `expected a house whose name is of letters, digits, ".", "_" and "-", found ${JSON.stringify(wizard)}`,
    { hint: 'rename its folder in wizards/', exitCode: EXIT.config },
  );
}

function checkNames(root: string, wizard: string): void {
  checkScheduledName(wizard);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(root)) {
    throw new UserError(
      `expected a root without control characters, found ${JSON.stringify(root)}`,
    );
  }
}
