import { COLON, DASH, isDigit } from './characters.ts';
import { isGrouping } from './sections.ts';
import { normaliseWord, statusOfWord } from './words.ts';

/**
 * How sure an id is. `strong`: `TASK-014`, `Bug 3`, a UUID. `weak`: `T1` before a plain space,
 * believed where the file numbers on (`T2`). `number`: `12.`, `#12`, `2.1`: often only a row's
 * number, so it makes no heading a task. `slug`: `fix-login` in bold or before a dash. `row`: from a
 * table's column of numbers, believed where it doesn't repeat in the file.
 */
export type IdStrength = 'strong' | 'weak' | 'number' | 'slug' | 'row';

export interface FoundId {
  id: string;
  start: number;
  end: number;
  strength: IdStrength;
}

/** What stands around the place where an id may be. */
interface Surroundings {
  /** The character that closes the decoration around it (`*`, `` ` ``, `]`), or ''. */
  closer: string;
}

/** Ids are short; a longer run of characters is no id. */
const WINDOW = 72;

const CAPITALS =
  /[A-Z][A-Z0-9]{0,19}(?:[-_.][A-Z0-9]{1,24}){1,9}[a-z]?(?![A-Za-z0-9_]|[-.][A-Za-z0-9])/y;
const PLAIN =
  /(?:[A-Za-z][A-Za-z0-9]{0,19}[-_])(?:[A-Za-z0-9]{1,12}[-_]){0,4}\d{1,8}[a-z]?(?:\.\d+)*(?![A-Za-z0-9]|[-_][A-Za-z0-9])/y;
const LETTERED =
  /[A-Z](?:[A-Z]{0,4}|\.)\d{1,4}(?:[.-]\d{1,4}){0,3}[a-z]?(?![A-Za-z0-9_]|[.-][A-Za-z0-9])/y;
const WORDED =
  /(?:Task|Bug|Issue|Item|Ticket|Todo|TODO|Job|Action|Work Item|TASK|BUG|ISSUE|Subtask|Chore|Tarea|Tarefa|Tâche|Aufgabe|Görev|Zadanie|Задача|Задание)\s+#?(?:[A-Z]{1,3}-?)?\d{1,5}(?:\.\d{1,4}){0,3}[a-z]?(?![A-Za-z0-9_]|[.-]\d)/y;
/** The same without a space: `任务12：`. */
const JOINED =
  /(?:任务|任務|タスク|課題|작업)\s*#?\d{1,5}(?:\.\d{1,4}){0,3}(?![A-Za-z0-9_]|[.-]\d)/y;
/** `Sira 8.A`: an id where a status or a box makes it a task, never a reason to be one. */
const ANY_WORDED =
  /\p{Lu}\p{Ll}{2,14}\s+#?\d{1,5}(?:\.(?:\d{1,4}|[A-Z])){0,3}[a-z]?(?![A-Za-z0-9_]|[.-]\d)/uy;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])/iy;
const NUMBER = /#?\d{1,6}(?:\.\d{1,4}){0,4}[a-z]?(?![A-Za-z0-9_%/]|[-.:,]\d)/y;
const SLUG = /[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![A-Za-z0-9_./-])/y;
const MARKED = /[a-z]{1,8}\d{1,4}(?![A-Za-z0-9_./-])/y;

/** Names that look like an id and are none: standards, formats, models. */
const NO_IDS = new Set([
  'UTF',
  'SHA',
  'GPT',
  'ISO',
  'AES',
  'RSA',
  'HTTP',
  'RFC',
  'ES',
  'WCAG',
  'COVID',
  'IPV',
  'MP',
  'CLAUDE',
  'BASE',
  'PHASE',
  'WEEK',
  'SPRINT',
  'TIER',
  'DAY',
  'STEP',
  'LEVEL',
  'PYTHON',
  'NODE',
  'OAUTH',
  'SOC',
  'CC',
  'MIT',
  'X',
]);
/** The same without a hyphen: H1, Q3, V2, EC2, K8. */
const NO_LETTERED = new Set([...NO_IDS, 'H', 'V', 'EC', 'K', 'I', 'FY', 'ES', 'MP']);

/** Reads an id that starts at `at`; null where none does. `P0` to `P9` alone are priorities. */
export function readId(
  text: string,
  at: number,
  end: number,
  around: Surroundings,
): FoundId | null {
  const plainest = readPlainest(text, at, end);
  if (plainest !== null) return plainest;
  const limit = Math.min(end, at + WINDOW);
  const code = text.charCodeAt(at);
  const slice = limit < text.length ? text.slice(at, limit) : text.slice(at);
  const found = match(slice, code);
  if (found === null) return null;
  return {
    ...found,
    start: at,
    end: at + found.id.length,
    strength: strengthen(found, slice, around) ?? found.strength,
  } as FoundId;

  function strengthen(hit: Hit, source: string, { closer }: Surroundings): IdStrength | null {
    const next = source.charAt(hit.id.length);
    if (hit.strength !== 'weak') return null;
    return closer !== '' && next === closer
      ? 'strong'
      : separated(source, hit.id.length)
        ? 'strong'
        : null;
  }

  function match(source: string, first: number): Hit | null {
    if (isDigit(first) || first === 35) {
      return uuid(source) ?? number(source, around);
    }
    const upper = first >= 65 && first <= 90;
    if (first === 0x417 || first === 0x418) return worded(source, WORDED, around);
    if (first > 0x3000) return worded(source, JOINED, around);
    if (!upper && !(first >= 97 && first <= 122)) return null;
    return (
      uuid(source) ??
      worded(source, WORDED, around) ??
      (upper ? capitals(source, around) : null) ??
      plain(source, around) ??
      (upper ? (lettered(source) ?? anyWorded(source, around)) : slug(source, around))
    );
  }
}

/** `TASK-014:` without a regular expression: what most queues hold by the thousand. */
export function readPlainest(text: string, start: number, end: number): FoundId | null {
  let at = start;
  while (at < end && at - start < 12 && isCapital(text.charCodeAt(at))) at++;
  const letters = at - start;
  if (letters < 2 || text.charCodeAt(at) !== DASH) return null;
  const digits = ++at;
  while (at < end && at - digits < 8 && isDigit(text.charCodeAt(at))) at++;
  if (at === digits || at >= end || text.charCodeAt(at) !== COLON) return null;
  if (NO_IDS.has(text.slice(start, start + letters))) return null;
  return { id: text.slice(start, at), start, end: at, strength: 'strong' };
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

interface Hit {
  id: string;
  strength: IdStrength;
}

/** The letters an id starts with, which tell its series: `T` of `T12`, `WQ-` of `WQ-014`. */
export function idSeries(id: string): string {
  let at = 0;
  while (at < id.length && !isDigit(id.charCodeAt(at))) at++;
  return id.slice(0, at);
}

function exec(pattern: RegExp, source: string, strength: IdStrength): Hit | null {
  pattern.lastIndex = 0;
  const found = pattern.exec(source);
  return found === null ? null : { id: found[0], strength };
}

function uuid(source: string): Hit | null {
  return source.charCodeAt(8) === DASH ? exec(UUID, source, 'strong') : null;
}

function worded(source: string, pattern: RegExp, { closer }: Surroundings): Hit | null {
  const hit = exec(pattern, source, 'strong');
  if (hit === null) return null;
  const next = source.charAt(hit.id.length);
  return separated(source, hit.id.length) || next === '' || next === closer ? hit : null;
}

/** `TASK-014`, `M-002-RQ-027-INNOVATOR`; without a digit only before a separator. */
function capitals(source: string, { closer }: Surroundings): Hit | null {
  const hit = exec(CAPITALS, source, 'strong');
  if (hit === null || !/[-_]/.test(hit.id)) return null;
  const parts = hit.id.split(/[-_.]/);
  const next = source.charAt(hit.id.length);
  const apart = next === '' || next === closer || separated(source, hit.id.length);
  if (/^P\d$/.test(parts[0] ?? '') && !/\d/.test(parts[1] ?? '')) return null;
  if (/\d/.test(hit.id)) {
    if (parts.length === 2 && NO_IDS.has(parts[0] ?? '')) return null;
    return apart || next === ' ' ? hit : null;
  }
  const colon =
    next === ':' ||
    next === closer ||
    (next === '' && closer !== '') ||
    (next !== '' && hit.id.includes('-') && apart);
  return colon &&
    statusOfWord(normaliseWord(hit.id)) === undefined &&
    !/PRIORITY|IMPACT/.test(hit.id)
    ? { ...hit, strength: 'number' }
    : null;
}

function anyWorded(source: string, { closer }: Surroundings): Hit | null {
  const hit = exec(ANY_WORDED, source, 'number');
  if (
    hit === null ||
    isGrouping(hit.id) ||
    /^(?:Step|Option|Day|Rule|Example|Figure|Table|Line|Page|Python|Node|Note|Type|Case|Question|Goal|January|February|March|April|June|July|August|September|October|November|December|Top|Add|Run|Fix|Use|Windows|Chapter|Act)\b/.test(
      hit.id,
    )
  )
    return null;
  const closed = closer !== '' && source.charAt(hit.id.length) === closer;
  return closed || separated(source, hit.id.length) ? hit : null;
}

function plain(source: string, { closer }: Surroundings): Hit | null {
  const hit = exec(PLAIN, source, 'strong');
  if (hit === null) return null;
  const series = hit.id.slice(0, hit.id.search(/[-_]/));
  const next = source.charAt(hit.id.length);
  const apart = next === '' || next === closer || separated(source, hit.id.length);
  if (NO_IDS.has(series.toUpperCase()) && hit.id.split(/[-_]/).length === 2) return null;
  if (/^[A-Z]/.test(hit.id) && !/[a-z]{2}/.test(hit.id)) return apart || next === ' ' ? hit : null;
  return apart ? hit : null;
}

function lettered(source: string): Hit | null {
  const hit = exec(LETTERED, source, 'weak');
  if (hit === null || /^P\d$/.test(hit.id)) return null;
  const series = idSeries(hit.id);
  if (NO_LETTERED.has(series) && !(separated(source, hit.id.length) && series.length === 1))
    return null;
  return hit;
}

function number(source: string, { closer }: Surroundings): Hit | null {
  const hit = exec(NUMBER, source, 'number');
  if (hit === null) return null;
  const next = source.charAt(hit.id.length);
  if (hit.id.startsWith('#') && /[\s:.)\]]/.test(`${next} `.charAt(0))) return hit;
  if (next === '' || next === closer || next === ')' || separated(source, hit.id.length)) {
    // A year or an amount in front of a dash is no number of a row.
    return /^(?:19|20)\d\d$/.test(hit.id) ? null : hit;
  }
  return next === ' ' && /^\d+(?:\.\d+)+[a-z]?$|^\d+[a-z]$/.test(hit.id) ? hit : null;
}

function slug(source: string, { closer }: Surroundings): Hit | null {
  const hit = exec(SLUG, source, 'slug') ?? (closer === '' ? null : marked(source));
  if (hit === null) return null;
  const next = source.charAt(hit.id.length);
  if (closer !== '') return next === closer ? hit : null;
  return /^\s+(?:—|–|-)\s/.test(source.slice(hit.id.length)) ? hit : null;
}

/** `**q1** [done] title`: the bracket after it tells that it is no `h1` of a sentence. */
function marked(source: string): Hit | null {
  const hit = exec(MARKED, source, 'slug');
  return hit !== null && /^[*_`]+:?\s\[/.test(source.slice(hit.id.length)) ? hit : null;
}

/** `:`, `.`, `)`, `|`, or a dash with a space before it. */
function separated(source: string, at: number): boolean {
  const next = source.charCodeAt(at);
  if (next === 58 || next === 0xff1a) return true;
  if (next === 46 || next === 41)
    return (
      at + 1 >= source.length ||
      source.charCodeAt(at + 1) === 32 ||
      source.charCodeAt(at + 1) === 42
    );
  if (next === 0x2014 || next === 0x2013) return true;
  return /^\s*(?:—|–|--?\s|\||→)/.test(source.slice(at, at + 6));
}
