import type { Status } from '../core/status.ts';
import { isSpace, skipSpaces, trimEnd } from './characters.ts';
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

/** The status that leads or ends a bullet, with its own bytes, and where the title stands. */
export interface Mark {
  status: Status;
  start: number;
  end: number;
  titleStart: number;
  titleEnd: number;
  /** True for `done: title`, which is a label as often as a mark. */
  label: boolean;
  /** True for one that notes have as well: a label, or a sign at the end. */
  loose: boolean;
}

/** `- ✅ Tune the bell`, `- TODO Tune the bell`: what marks the tasks of a file that has no others. */
export function readMark(text: string, start: number, end: number): Mark | null {
  const emoji = readEmoji(text, start, end);
  if (emoji !== null) {
    const status = emoji.status ?? (PLANNED.has(emoji.base) ? 'PENDING' : undefined);
    return status !== undefined && isSpace(text.charCodeAt(emoji.end))
      ? mark(text, status, start, emoji.end, end)
      : null;
  }
  return keywordAt(text, start, end) ?? labelAt(text, start, end) ?? trailing(text, start, end);
}

function mark(text: string, status: Status, start: number, end: number, stop: number): Mark {
  const titleStart = skipSpaces(text, end, stop);
  return { status, start, end, titleStart, titleEnd: stop, label: false, loose: false };
}

function keywordAt(text: string, start: number, end: number): Mark | null {
  const second = text.charCodeAt(start + 1);
  if (second < CAPITAL_A || second > CAPITAL_Z) return null;
  const word = KEYWORD.exec(text.slice(start, Math.min(end, start + 20)))?.[0].trim();
  const status = word === undefined ? undefined : statusOfWord(normaliseWord(word));
  return word === undefined || status === undefined
    ? null
    : mark(text, status, start, start + word.length, end);
}

const CAPITAL_A = 65;
const CAPITAL_Z = 90;

/** `[done] title`, `(done) title` and `done: title`, in any case; `fixed:` and `new:` head a log's lines. */
const LOGGED =
  /^(?:new|fixed|removed|deprecated|released|merged|verified|approved|accepted|requested|proposed|errors?|tests?|testing|live|current|currently|now|next|future)$/i;
const BRACKETED = /^[*_`]{0,3}[[(]([\p{L}][\p{L} _-]{1,18})[\])][*_`]{0,3}\s+(?=\S)/u;
const LABELLED = /^[*_`]{0,2}([\p{L}][\p{L} _-]{1,18})[*_`]{0,2}[:：][*_`]{0,2}\s+(?=\S)/u;

function labelAt(text: string, start: number, end: number): Mark | null {
  const source = text.slice(start, Math.min(end, start + 30));
  const colon = source.includes(':') || source.includes('：');
  if (!colon && !/[\])]/.test(source)) return null;
  const bracketed = BRACKETED.exec(source);
  const match = bracketed ?? LABELLED.exec(source);
  const word = match?.[1] ?? '';
  const status = statusOfWord(normaliseWord(word));
  if (match === null || status === undefined || (bracketed === null && LOGGED.test(word)))
    return null;
  const at = start + source.indexOf(word);
  const found = mark(text, status, at, at + word.length, end);
  const label = bracketed === null;
  return { ...found, titleStart: start + match[0].length, label, loose: label };
}

/** `Tune the bell ✅`; `T-2 ✅` speaks of a task that stands elsewhere. */
function trailing(text: string, start: number, end: number): Mark | null {
  const stop = trimEnd(text, start, end);
  const space = text.lastIndexOf(' ', stop - 1);
  if (space <= start || stop - space > 4 || isReference(text.slice(start, space))) return null;
  const emoji = readEmoji(text, space + 1, stop);
  if (emoji?.status === undefined || emoji.end < stop) return null;
  const found = mark(text, emoji.status, space + 1, stop, stop);
  return { ...found, titleStart: start, titleEnd: space, loose: true };
}

function isReference(title: string): boolean {
  return title.length < 40 && /^\S*\d$/.test(title);
}

/** The head of a bullet whose mark is known. */
export function readMarkedHead(text: string, mark: Mark): Head {
  const { status, start, end, titleStart, titleEnd } = mark;
  const head = readHead(text, titleStart, titleEnd, { words: false, colon: false });
  head.status = { status, start, end, exact: true, choice: false };
  head.place = 'bracket';
  head.emojiOnly = false;
  return head;
}

/** Headings of what lists the states or reports on them: there each word stands once. */
const REPORT =
  /status|architecture|design|states?\b|legend|report|summary|stand-?up|update|recap|meeting|glossary|definition|\b(?:terms|labels?|roles?|errors?|api)\b/i;

/** True where words such as `done:` label a section's tasks. */
export function labelsTasks(lines: Lines, section: Section): boolean {
  if (!REPORT.test(titleOf(lines.text, section))) return true;
  const seen = new Set<string>();
  for (let line = section.line + 1; line < section.next; line++) {
    if (lines.kind[line] !== LINE.item) continue;
    const found = readMark(lines.text, lines.body[line] ?? 0, lines.end[line] ?? 0);
    if (found === null || !found.label) continue;
    const word = lines.text.slice(found.start, found.end).toLowerCase();
    if (seen.has(word)) return true;
    seen.add(word);
  }
  return false;
}

/** True where the file's name or a heading calls its lists a queue: elsewhere ids also number rules and decisions. */
export function speaksOfTasks(lines: Lines, outline: readonly Section[], path: string): boolean {
  const names = [path.slice(path.lastIndexOf('/') + 1)];
  for (const section of outline.slice(1)) names.push(titleOf(lines.text, section));
  return names.some((name) => /\btasks?\b|queue|backlog|\bto-?dos?\b/i.test(name));
}

/** True where the file's name or a heading speaks of work: elsewhere signs rate rules and features. */
export function speaksOfWork(lines: Lines, outline: readonly Section[], path: string): boolean {
  if (WORK.test(path.slice(path.lastIndexOf('/') + 1))) return true;
  const { text } = lines;
  const headings = outline.filter(({ label }) => !label);
  return headings.some((section) => WORK.test(titleOf(text, section))) || isWorded(lines);
}

const WORK =
  /task|queue|backlog|to-?do|road-?map|progress|status|milestone|sprint|phase|\bplan|kanban|\bboards?\b|iteration|tracker|checklist|fortschritt|aufgabe|tarea|tarefa|tâche|görev|gorev|feuille de route|hoja de ruta|задач|прогресс|план|任务|任務|待办|进度|計画|计划|路线图|タスク|進捗|작업|할 일|진행/i;

/** The words need no such heading: nothing else is written like this. */
function isWorded({ text, kind, body, end, count }: Lines): boolean {
  for (let line = 0; line < count; line++)
    if (kind[line] === LINE.item && keywordAt(text, body[line] ?? 0, end[line] ?? 0) !== null)
      return true;
  return false;
}
