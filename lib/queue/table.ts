import { BACKSLASH, BACKTICK, PIPE, skipSpaces, trimEnd } from './characters.ts';
import { plainText } from './inline.ts';

export interface Cell {
  start: number;
  end: number;
}

/** What a table's columns hold; an index each, -1 where no column does. */
export interface Columns {
  headers: string[];
  id: number;
  /** True where the id's column counts the rows, as `#` does. */
  numbered: boolean;
  title: number;
  status: number;
  /** True where that column is one of checkboxes whose header does not say so. */
  boxed: boolean;
  priority: number;
}

const STATUS_HEADERS =
  /^(?:status|state|status final|final status|status \/ notes|current status|st|stat|task status|status\/notes|done\??|complete\??|completed\??|✓|✔|✅|progress|状態|ステータス|状态|狀態|进度|상태|状况|处理状态|進捗|進捗状況|対応状況|进展|完成情况|durum|durumu|estado|estatus|situação|situacao|état|etat|avancement|statut|stato|zustand|fortschritt|статус|состояние|진행 상황|진행상황|trạng thái|tình trạng|stan|sytuacja|\[ ?\]|☑)$/i;
const ID_HEADERS =
  /^(?:\w+[ _-]id|id|reference|task ?id|ticket|ticket id|issue ?#?|key|ref|code|wq|task #|item #|id #|item id|story id|bug id|wp)$/i;
/** An id or a row's number. */
const NUMBER_HEADERS = /^(?:#|no\.?|nr\.?|num(?:ber)?|№|编号|番号|序号)$/i;
/** A row's number where no column is an id. */
const ORDER_HEADERS =
  /^(?:order|rank|seq|sequence|n°|nº|kolejność|reihenfolge|sıra|sira|顺序|順番|序|row|pos)$/i;
const TITLE_HEADERS =
  /^(?:tasks?|title|items?|name|description|summary|what|issue|feature|todo|to ?do|action|action item|work|work item|goal|objective|deliverable|bug|story|user story|subject|job|task name|task title|task description|details?|problem|improvement|change|scope|topic|タスク|任务|任務|标题|内容|概要|görev|tarea|tâche|aufgabe|attività|taak|zadanie|задача|작업|project|fix|finding|enhancement|idea|requirement|step|subtask|ticket|milestone|requests?|título|titulo|titre|titel|titolo|описание|название|başlık|iş|功能|需求|機能|作業|作業内容|内容说明|任务名称|任务内容|タスク名|件名|업무|할 일|tarefa|tarefas|descrição|descripción|beschreibung|funktion|fonctionnalité|función|funcionalidad|funcionalidade|thema|punkt|resumo|résumé|zusammenfassung|задание|zadania|tareas|tâches|aufgaben|gorev|thing|experiment|hypothesis|question|항목|작업 내용|công việc|nhiệm vụ|target|checkpoint|事项|事項|项目|項目|課題|file|plik|datei|fichier|what to do|brief|prompt|objective)$/i;
const PRIORITY_HEADERS =
  /^(?:priority|prio|pri|p|urgency|优先级|優先度|优先程度|重要度|우선순위|öncelik|önem|prioridad|prioridade|priorité|priorität|priorità|приоритет)$/i;

/** Splits a row at its pipes; escaped ones and those in code that closes on the row are text. */
export function splitRow(text: string, start: number, end: number): Cell[] {
  const cells: Cell[] = [];
  let from = skipSpaces(text, start, end);
  const stop = trimEnd(text, from, end);
  if (text.charCodeAt(from) === PIPE) from++;
  let code = 0;
  for (let at = from; at < stop; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    else if (char === BACKTICK) {
      const run = ticks(text, at, stop);
      if (code === 0) code = closes(text, at + run, stop, run) ? run : 0;
      else if (code === run) code = 0;
      at += run - 1;
    } else if (char === PIPE && code === 0) {
      cells.push(cell(text, from, at));
      from = at + 1;
    }
  }
  if (from < stop || cells.length === 0) cells.push(cell(text, from, stop));
  return cells;
}

/** `|---|:-:|`: what stands below a header. */
export function isDelimiterRow(text: string, start: number, end: number): boolean {
  let dashes = 0;
  let pipes = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 45) dashes++;
    else if (code === PIPE) pipes++;
    else if (code !== 58 && code !== 32 && code !== 9 && code !== 13) return false;
  }
  return dashes > 0 && pipes > 0;
}

/**
 * The columns of a table of tasks; null where its header is none's: legends, counts, settings. `box`
 * finds the column of checkboxes where no header names the one of states.
 */
export function readColumns(text: string, cells: Cell[], box: () => number): Columns | null {
  const headers = cells.map((at) => plainText(text.slice(at.start, at.end)));
  const names = headers.map((header) => header.replace(/^[^\p{L}\p{N}#№[✓✔✅☑]+\s*/u, '').trim());
  const find = (pattern: RegExp, not: number[] = []) =>
    names.findIndex((name, i) => pattern.test(name) && !not.includes(i));
  const named = find(STATUS_HEADERS);
  const status = named === -1 ? box() : named;
  const id = firstFound([ID_HEADERS, NUMBER_HEADERS, ORDER_HEADERS], (names) =>
    find(names, [status]),
  );
  const title = bestTitle(names, [status, id]);
  const priority = find(PRIORITY_HEADERS, [status, id, title]);
  if (
    names.some((name) =>
      /^(?:meanings?|definition|when to use|means|emoji|symbol|what it means|含义|含義|意味|значение|bedeutung|signification|significado|anlamı?|znaczenie|의미)$/i.test(
        name,
      ),
    )
  )
    return null;
  if (
    names.length < 4 &&
    names.some((name) =>
      /^(?:counts?|total|value|metric|number of tasks|tasks? count|#)$/i.test(name),
    ) &&
    (title === -1 || id === -1)
  )
    return null;
  // Boxes beside what no header calls work answer a question: `| Check | OK |`.
  if (title === -1 && id === -1 && named === -1) return null;
  const numbered = id !== -1 && !ID_HEADERS.test(names[id] ?? '');
  const boxed = named === -1 && status !== -1;
  return { headers, id, numbered, title, status, boxed, priority };
}

function firstFound(patterns: RegExp[], find: (pattern: RegExp) => number): number {
  for (const pattern of patterns) {
    const index = find(pattern);
    if (index !== -1) return index;
  }
  return -1;
}

function bestTitle(names: string[], taken: number[]): number {
  const order = [
    /^(?:tasks?|title|todo|to ?do|task (?:name|title)|work item|item|action item|任务|タスク|görev)$/i,
    TITLE_HEADERS,
  ];
  for (const pattern of order) {
    const index = names.findIndex((name, i) => pattern.test(name) && !taken.includes(i));
    if (index !== -1) return index;
  }
  return -1;
}

function cell(text: string, from: number, to: number): Cell {
  const start = skipSpaces(text, from, to);
  // An empty cell is addressed one space in, so that what is written there stands apart.
  if (start >= to) return { start: Math.min(from + 1, to), end: Math.min(from + 1, to) };
  return { start, end: trimEnd(text, start, to) };
}

function ticks(text: string, at: number, end: number): number {
  let stop = at;
  while (stop < end && text.charCodeAt(stop) === BACKTICK) stop++;
  return stop - at;
}

function closes(text: string, from: number, end: number, run: number): boolean {
  for (let at = from; at < end; ) {
    if (text.charCodeAt(at) !== BACKTICK) {
      at++;
      continue;
    }
    const length = ticks(text, at, end);
    if (length === run) return true;
    at += length;
  }
  return false;
}
