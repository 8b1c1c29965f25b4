import type { Status } from '../core/status.ts';
import { isSpace, skipSpaces } from './characters.ts';
import type { Head } from './head.ts';
import { LINE, type Lines } from './lines.ts';
import { readHead } from './read-head.ts';
import { type Section, titleOf } from './section.ts';
import { normaliseWord, readEmoji, statusOfWord } from './words.ts';

/** Logseq's and Org's words, before a title that is no sentence of theirs: `DONE means …`. */
const KEYWORD =
  /^(?:TODO|DOING|DONE|LATER|NOW|WAIT|WAITING|CANCELED|CANCELLED|IN[-_]PROGRESS|PENDING|COMPLETE|BLOCKED|FAILED|REVIEW|DEFERRED)[ \t]+(?![\p{Ll}—–:=→|-])/u;

/** Signs that say so only among marks of other kinds: elsewhere a date follows. */
const PLANNED: ReadonlySet<string> = new Set(['📅', '🗓']);

/** The status that leads a bullet, with its own bytes. */
export interface Mark {
  status: Status;
  start: number;
  end: number;
}

/** `- ✅ Tune the bell`, `- TODO Tune the bell`: what marks the tasks of a file that has no others. */
export function readMark(text: string, start: number, end: number): Mark | null {
  const emoji = readEmoji(text, start, end);
  if (emoji !== null) {
    const status = emoji.status ?? (PLANNED.has(emoji.base) ? 'PENDING' : undefined);
    return status !== undefined && isSpace(text.charCodeAt(emoji.end))
      ? { status, start, end: emoji.end }
      : null;
  }
  return keywordAt(text, start, end);
}

function keywordAt(text: string, start: number, end: number): Mark | null {
  const second = text.charCodeAt(start + 1);
  if (second < CAPITAL_A || second > CAPITAL_Z) return null;
  const word = KEYWORD.exec(text.slice(start, Math.min(end, start + 20)))?.[0].trim();
  const status = word === undefined ? undefined : statusOfWord(normaliseWord(word));
  return word === undefined || status === undefined
    ? null
    : { status, start, end: start + word.length };
}

const CAPITAL_A = 65;
const CAPITAL_Z = 90;

/** The head of a bullet whose mark is known. */
export function readMarkedHead(text: string, { status, start, end }: Mark, stop: number): Head {
  const head = readHead(text, skipSpaces(text, end, stop), stop, { words: false, colon: false });
  head.status = { status, start, end, exact: true, choice: false };
  head.place = 'bracket';
  head.emojiOnly = false;
  return head;
}

/** True where the file's name or a heading speaks of work: elsewhere signs rate rules and features. */
export function speaksOfWork(lines: Lines, outline: readonly Section[], path: string): boolean {
  if (WORK.test(path.slice(path.lastIndexOf('/') + 1))) return true;
  const { text } = lines;
  return outline.some((section) => WORK.test(titleOf(text, section))) || isWorded(lines);
}

const WORK =
  /task|queue|backlog|to-?do|road-?map|progress|status|milestone|sprint|phase|\bplan|kanban|board|iteration|sprint|tracker|checklist|fortschritt|aufgabe|tarea|tarefa|tâche|görev|gorev|feuille de route|hoja de ruta|задач|прогресс|план|任务|任務|待办|进度|計画|计划|路线图|タスク|進捗|작업|할 일|진행/i;

/** The words need no such heading: nothing else is written like this. */
function isWorded({ text, kind, body, end, count }: Lines): boolean {
  for (let line = 0; line < count; line++)
    if (kind[line] === LINE.item && keywordAt(text, body[line] ?? 0, end[line] ?? 0) !== null)
      return true;
  return false;
}
