import { parseDuration } from '../core/duration.ts';
import type { Field, QueueEntry } from './document.ts';
import { type Budget, parseApproval, parseBudget, parseCount, parseTime } from './field-values.ts';
import { readId } from './ids.ts';
import { codeSpan, plainText } from './inline.ts';

interface FieldProblem {
  /** The label as written. */
  field: string;
  /** 1-based. */
  line: number;
  message: string;
}

/** The fields of a task that Robed acts on. See docs/queue-format.md for labels and values. */
export interface TaskFields {
  dependsOn: string[];
  /** Milliseconds since the epoch. */
  notBefore: number | null;
  /** As written; whether it is a duration or a cron expression is checked where it is used. */
  every: string | null;
  /** Milliseconds. */
  timeout: number | null;
  attempts: number | null;
  body: string | null;
  approval: 'required' | 'after' | null;
  budget: Budget | null;
  /** Where the task came from; null for one that the owner wrote. */
  from: string | null;
  /** The value of Verify as written, nested lines included. */
  verify: string | null;
  /** Paths as written. */
  produces: string[];
  /** Values that can't be understood: such a task is not dispatched. */
  problems: FieldProblem[];
}

/** Labels by what they mean. The first of each is the canonical one. */
const LABELS = {
  dependsOn: ['depends on', 'depends', 'dependencies', 'dependency', 'deps', 'blocked by'],
  /** Prose as often as ids: only what looks like an id counts. */
  looselyDependsOn: ['requires', 'prerequisites', 'prerequisite', 'after', 'needs'],
  notBefore: ['not before', 'start', 'start after', 'scheduled'],
  every: ['every'],
  timeout: ['timeout', 'time limit'],
  attempts: ['attempts', 'max attempts'],
  body: ['body'],
  approval: ['approval'],
  budget: ['budget'],
  from: ['from'],
  verify: ['verify'],
  produces: ['produces'],
  /** Prose as often as paths: only what stands in backticks counts. */
  looselyProduces: ['output', 'outputs', 'artifact', 'artifacts', 'deliverable', 'deliverables'],
  looselyVerify: ['verification', 'verify with', 'verify command'],
} as const satisfies Record<string, readonly string[]>;

const NOTHING = /^(?:none|nothing|no|n\/a|na|nil|null|[\s—–\-.…]*)$/i;

/** Reads the fields of one entry; cheap, and never throws. */
export function readFields(entry: QueueEntry): TaskFields {
  const problems: FieldProblem[] = [];
  const present = fieldsByRole(entry);
  if (present === null) return { ...EMPTY, dependsOn: [], produces: [], problems };
  const read = <T>(
    field: Field | undefined,
    parse: (value: string) => T | null,
    expected: string,
  ): T | null => {
    if (field === undefined) return null;
    const value = plainValue(field.value);
    if (NOTHING.test(value)) return null;
    const parsed = parse(value);
    if (parsed === null) problems.push(problem(field, expected));
    return parsed;
  };
  return {
    dependsOn: readDependencies(present.dependsOn, present.looselyDependsOn, problems),
    notBefore: read(
      present.notBefore,
      parseTime,
      'a date (2026-01-31) or a time (2026-01-31 09:00)',
    ),
    every: read(present.every, (value) => value.replace(/^every\s+/i, ''), ''),
    timeout: read(
      present.timeout,
      (value) => positive(parseDuration(value)),
      'a duration (15m, 2h)',
    ),
    attempts: read(present.attempts, parseCount, 'a number from 1 to 100'),
    body: read(
      present.body,
      (value) => (/^[a-z][a-z-]{0,31}$/i.test(value) ? value.toLowerCase() : null),
      "a body's name",
    ),
    approval: read(present.approval, parseApproval, '`required`, `after` or `none`') as
      | 'required'
      | 'after'
      | null,
    budget: read(present.budget, parseBudget, 'amounts such as $0.50, 20k tokens, 15 turns'),
    from: present.from?.value ?? null,
    verify: readVerify(present.verify, present.looselyVerify),
    produces: readProduces(present.produces, present.looselyProduces),
    problems: problems.filter(({ field }) => field !== ''),
  };
}

/** True for a label that Robed acts on or shows by itself; every other one is the agent's. */
export function isOwnLabel(label: string): boolean {
  return OWN.has(label);
}

/** The code spans of a value, or null where it has none. */
export function codeSpans(value: string): string[] | null {
  const spans: string[] = [];
  for (let at = value.indexOf('`'); at !== -1 && at < value.length; ) {
    const span = codeSpan(value, at, value.length);
    if (span === null) {
      while (at < value.length && value.charCodeAt(at) === 96) at++;
    } else {
      spans.push(value.slice(span.start, span.end));
      at = span.after;
    }
    at = value.indexOf('`', at);
  }
  return spans.length === 0 ? null : spans;
}

const EMPTY: TaskFields = {
  dependsOn: [],
  notBefore: null,
  every: null,
  timeout: null,
  attempts: null,
  body: null,
  approval: null,
  budget: null,
  from: null,
  verify: null,
  produces: [],
  problems: [],
};

type Role = keyof typeof LABELS;

/** What each label is for, and how many labels for the same come before it. */
const ROLES: ReadonlyMap<string, { role: Role; rank: number }> = new Map(
  (Object.keys(LABELS) as Role[]).flatMap((role) =>
    LABELS[role].map((label, rank) => [label, { role, rank }] as const),
  ),
);

/** The field that counts for each purpose; null where the entry has none for any. */
function fieldsByRole({ fields }: QueueEntry): Partial<Record<Role, Field>> | null {
  let present: Partial<Record<Role, Field>> | null = null;
  const ranks: Partial<Record<Role, number>> = {};
  for (const [label, field] of fields) {
    const known = ROLES.get(label);
    if (known === undefined || known.rank >= (ranks[known.role] ?? LABELS[known.role].length))
      continue;
    present ??= {};
    present[known.role] = field;
    ranks[known.role] = known.rank;
  }
  return present;
}

const OWN: ReadonlySet<string> = new Set([
  ...Object.values(LABELS).flat(),
  'status',
  'state',
  'priority',
  'prio',
  'id',
  'acceptance',
  'acceptance criteria',
]);

function readDependencies(
  sure: Field | undefined,
  loose: Field | undefined,
  problems: FieldProblem[],
): string[] {
  const ids: string[] = [];
  for (const field of [sure, loose]) {
    if (field === undefined) continue;
    for (const part of parts(field.value)) {
      const found = idsOf(part, field === sure);
      if (found === null) {
        if (field === sure) problems.push(problem(field, 'ids of tasks, or none'));
      } else ids.push(...found);
    }
  }
  return [...new Set(ids)];
}

/** `TASK-001 (done)`, `#3`, `TASK-1 TASK-2`, `fix-login`; null for prose. */
function idsOf(part: string, sure: boolean): string[] | null {
  const text = plainText(plainText(part).replace(/\([^()]*\)/g, ' '));
  if (NOTHING.test(text)) return [];
  const words = text.split(' ');
  if (words.length === 1) return sure || /\d|-/.test(text) ? [text.replace(/[.:;]+$/, '')] : [];
  const first = readId(text, 0, text.length, { closer: '' });
  if (first !== null && (first.end === text.length || /^\s*[:—–-]/.test(text.slice(first.end))))
    return [first.id];
  if (words.every((word) => /\d|[-_~]/.test(word))) return words;
  if (first !== null && first.strength === 'strong') return [first.id];
  return sure ? null : [];
}

function parts(value: string): string[] {
  return value
    .split(/[,;\n]|\s(?:and|und|et|y|&|\+)\s/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readVerify(sure: Field | undefined, loose: Field | undefined): string | null {
  if (sure !== undefined) return sure.value;
  return loose !== undefined && codeSpans(loose.value) !== null ? loose.value : null;
}

function readProduces(sure: Field | undefined, loose: Field | undefined): string[] {
  if (sure !== undefined) {
    const spans = codeSpans(sure.value);
    const plain = parts(spans === null ? sure.value : sure.value.replace(/`+[^`]*`+/g, ','))
      .map((part) => plainText(part))
      .filter((part) => spans === null || /^[^\s()]*[./][^\s()]*[^\s().]$/.test(part));
    return [...(spans ?? []), ...plain].filter((path) => !NOTHING.test(path));
  }
  return loose === undefined ? [] : (codeSpans(loose.value) ?? []);
}

function plainValue(value: string): string {
  return plainText((value.split('\n')[0] ?? '').replace(/\s\([^()]*\)$/, ''));
}

function problem(field: Field, expected: string): FieldProblem {
  const found = field.value.length > 60 ? `${field.value.slice(0, 60)}…` : field.value;
  return {
    field: field.label,
    line: field.line,
    message: `${field.label}: expected ${expected}, found ${JSON.stringify(found)}`,
  };
}

function positive(ms: number | null): number | null {
  return ms !== null && ms > 0 ? ms : null;
}
