import type { Status } from '../core/status.ts';
import { STATUS_LABELS } from './fields-scan.ts';
import type { Head } from './head.ts';
import { normaliseWord, statusOfWord } from './words.ts';

/** `- Task: Confirm the scope`, with `- Status: pending` beside it. */
export const TASK_LABELS: ReadonlySet<string> = new Set([
  'task',
  'title',
  'item',
  'task name',
  'todo',
]);

const NOTE_LABELS: ReadonlySet<string> = new Set(
  `status, state, priority, owner, assignee, note, notes, created, updated, last updated, date, goal,
  rule, rules, source, why, depends on, blocked by, files, acceptance, verify`
    .split(',')
    .map((label) => label.trim()),
);

/** Labels of bullets that are notes on something, even where a section is a state. */
export function isNoteLabel(label: string): boolean {
  return NOTE_LABELS.has(label) || label.startsWith('status');
}

/** Emoji that mean a state wherever they lead a line; the others may just be decoration. */
export function isStateEmoji(text: string, head: Head): boolean {
  if (head.status === null) return false;
  return /^[✅❌⏳🚧🔄🚫⏸⬜🔲]/u.test(text.slice(head.status.start, head.status.end));
}

/** `- [~] in progress` explains a mark, `status → DONE` a change; neither is a task. */
export function isLegendLine(title: string, mark: Status | null): boolean {
  if (title.length > 30) return false;
  const words = normaliseWord(title);
  if (STATUS_LABELS.has(words)) return true;
  const word = statusOfWord(words) ?? statusOfWord(normaliseWord(title.split(/[/,(]/)[0] ?? ''));
  return word !== undefined && (mark === null || mark === word);
}

/** `(add task)`, `<title>`: a place for a task, in brackets of its own. */
export function isPlaceholder(title: string): boolean {
  return /^(?:\((?:add|insert|your|example|none|empty)\b[^()]*\)|<[^<>]*>|\{[^{}]*\})$/i.test(
    title,
  );
}

/** `none`, `(empty)`, `Nothing in progress`, `なし`: a section that says it has no task. */
export function isEmptyWord(title: string): boolean {
  const text = title.slice(0, 80);
  if (!/[\p{L}\p{N}]/u.test(text) || isPlaceholder(title)) return true;
  if (
    /^[(_*]*(?:none|nothing|no (?:active|open|current|pending|blocked|tasks?|items?))\b/i.test(text)
  ) {
    return text.split(' ').length < 7;
  }
  return /^[^\p{L}]*(?:empty|n\/a|tbd|なし|無|无|yok|keine|aucun|vacío|nenhum)[^\p{L}]*(?:yet|here|currently|right now|at the moment)?[^\p{L}]*$/iu.test(
    text,
  );
}
