import { COLON } from './characters.ts';
import type { Head } from './head.ts';
import { readPriority } from './priority.ts';
import type { StatusToken } from './words.ts';

const OBSIDIAN: Readonly<Record<string, string>> = {
  '📅': 'due',
  '⏳': 'scheduled',
  '🛫': 'start',
  '➕': 'created',
  '✅': 'done',
  '❌': 'cancelled',
  '🔁': 'every',
  '🆔': 'id',
  '⛔': 'depends on',
  '🏁': 'on completion',
};

/** Labels that a bracket after a title may carry. */
export const TAG_LABELS = new Set([
  'priority',
  'prio',
  'hold',
  'due',
  'start',
  'scheduled',
  'created',
  'completion',
  'id',
  'blocked by',
  'depends on',
  'depends',
  'owner',
  'assignee',
  'agent',
  'repeat',
  'every',
  'status',
  'kind',
  'repo',
  'done',
  'completed',
  'estimate',
  'effort',
]);

/** True for a status that is none of a sentence's words: in capitals, or one that tells of something done. */
export function isEmphatic(text: string, token: StatusToken): boolean {
  const raw = text.slice(token.start, token.end);
  if (raw === raw.toUpperCase()) return true;
  return /^(?:[^\p{L}]{1,3})?(?:done|completed?|in[ -]progress|wip|blocked|on hold|deferred|cancell?ed|skipped|paused|parked|postponed|waiting|resolved|shipped|merged|wont ?fix|won't (?:do|fix)|not started|pending)$/iu.test(
    raw,
  );
}

/** `📅 2026-01-02`, `🆔 x`, `@{2026-01-02}`, `blocked-by: x` at the end; `#tags` may follow them. */
export function takeBackTag(text: string, end: number, head: Head): boolean {
  const from = Math.max(head.titleStart, end - 60);
  if (!mayBeTagged(text, from, end)) return false;
  const source = text.slice(from, end);
  const hashes = source.includes('#') ? /(?:\s+#\p{L}[\p{L}\p{N}_/-]*)+$/u.exec(source) : null;
  if (hashes !== null) return takeBackTag(text, from + hashes.index, head);
  const planned = source.endsWith('}') ? /\s@\{(\d{4}-\d{2}-\d{2})\}$/.exec(source) : null;
  if (planned !== null) {
    head.tags = [...head.tags, { label: 'due', start: end - 11, end: end - 1 }];
    head.titleEnd = from + planned.index;
    return true;
  }
  const dated = /(📅|⏳|🛫|➕|✅|❌|🔁|🆔|⛔|🏁)\ufe0f?\s*([^\p{Extended_Pictographic}]*?)$/u.exec(
    source,
  );
  if (
    dated !== null &&
    (dated[2] ?? '') !== '' &&
    isObsidianValue(dated[1] ?? '', dated[2] ?? '')
  ) {
    const start = end - (dated[2] ?? '').length;
    head.tags = [...head.tags, { label: OBSIDIAN[dated[1] ?? ''] ?? '', start, end }];
    head.titleEnd = from + dated.index;
    return true;
  }
  const keyed =
    /\s(blocked-by|blocked_by|depends-on|depends|priority|due|id|owner|kind|repo):\s?([\w.,#/@-]+)$/.exec(
      source,
    );
  if (keyed !== null) {
    const label = (keyed[1] ?? '').replace(/[-_]/g, ' ');
    head.tags = [...head.tags, { label, start: end - (keyed[2] ?? '').length, end }];
    if (label === 'priority') head.priority ??= readPriority(keyed[2] ?? '');
    head.titleEnd = from + keyed.index;
    return true;
  }
  return false;
}

/** True where an emoji, a colon or a `{` stands: hardly any title is looked at more closely. */
function mayBeTagged(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON || code === 123 || code > 0x2000) return true;
  }
  return false;
}

function isObsidianValue(mark: string, value: string): boolean {
  if (mark === '🔁') return /^every\s/i.test(value);
  if (mark === '🆔' || mark === '⛔') return /^[\w-]+(?:,\s*[\w-]+)*$/.test(value);
  if (mark === '🏁') return /^(?:keep|delete)$/i.test(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value);
}
