import { readFrontMatter, renderFrontMatter } from '../core/front-matter.ts';

/** What a house may send to another. `answer` is never sent by itself: it answers one of these. */
export const REQUEST_TYPES = ['task', 'decision', 'approval', 'review', 'note', 'alert'] as const;

type MessageType = (typeof REQUEST_TYPES)[number] | 'answer';

/** Most urgent first: the place is the priority. */
export const URGENCIES = ['critical', 'high', 'medium', 'low'] as const;

export type Urgency = (typeof URGENCIES)[number];

/** Who sends what no house sends. No house can have this name. */
export const PERSON = 'a person';

/** One file of an inbox. Its text is untrusted: it is shown and quoted, and never acted on. */
export interface Message {
  id: string;
  from: string;
  to: string;
  type: MessageType;
  urgency: Urgency;
  /** One line. */
  title: string;
  /** Milliseconds since the epoch. */
  sent: number;
  /** By when it is wanted. */
  until: number | null;
  /** The sender's task that it is about. */
  task: string | null;
  /** Of an answer: the message that it answers. */
  answers: string | null;
  /** Of an answer: how the task stands. */
  status: string | null;
  /** What is said, unquoted. */
  body: string;
}

/** Larger files are no messages. */
export const MESSAGE_BYTES = 64 * 1024;

/** Longer front matter is none of ours: a parser takes seconds over what somebody made for it. */
const HEAD_LENGTH = 8 * 1024;

/** Longest title kept. */
const TITLE_LENGTH = 100;

/** Sorts by time in its folder. */
export const messageFile = (id: string): string => `${id}.md`;

/** So much of a text fits into a message, as it is quoted: its head is short. */
const BODY_BYTES = MESSAGE_BYTES - 4096;

/** A text that Robed sends of its own accord, as much of it as fits; a person's is refused instead. */
export function fitting(body: string): string {
  let text = body;
  while (isTooLong(text)) text = text.slice(0, Math.floor(text.length * 0.9));
  return text === body ? body : `${text}…\n\nThe rest did not fit into a message.`;
}

export const isTooLong = (body: string): boolean => Buffer.byteLength(quote(body)) > BODY_BYTES;

/** The file of a message: front matter, then its text as a block quote. */
export function renderMessage(message: Message): string {
  const { id, from, to, type, urgency, title, body, sent, until, task, answers, status } = message;
  return renderFrontMatter(
    {
      ...{ id, from, to, type, urgency, title },
      sent: new Date(sent).toISOString(),
      ...(until !== null && { until: new Date(until).toISOString() }),
      ...(task !== null && { task }),
      ...(answers !== null && { answers }),
      ...(status !== null && { status }),
    },
    `\n${quote(body)}\n`,
  );
}

/** What a file of the inbox of `house` says, or why it is no message. Never throws. */
export function parseMessage(text: string, house: string): Message | { problem: string } {
  if (text.indexOf('\n---', 3) > HEAD_LENGTH) return { problem: 'its front matter is too long' };
  let front: ReturnType<typeof readFrontMatter>;
  try {
    front = readFrontMatter(text);
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const { data } = front;
  const said = (key: string): string | null =>
    typeof data[key] === 'string' ? oneLine(data[key]) : null;
  const id = said('id');
  const from = said('from');
  const type = said('type');
  if (id === null || !isMessageId(id)) return { problem: 'it has no id of a message' };
  if (from === null || !(isHouseName(from) || from === PERSON))
    return { problem: 'it does not say which house it is from' };
  if (said('to') !== house) return { problem: `it is not addressed to ${house}` };
  if (type === null || !(isOneOf(REQUEST_TYPES, type) || type === 'answer'))
    return { problem: `it has no type: expected ${REQUEST_TYPES.join(', ')} or answer` };
  const answers = said('answers');
  if (type === 'answer' && (answers === null || !isMessageId(answers)))
    return { problem: 'it does not say which message it answers' };
  const urgency = said('urgency');
  const body = unquote(front.body);
  return {
    id,
    from,
    to: house,
    type,
    urgency: urgency !== null && isOneOf(URGENCIES, urgency) ? urgency : 'medium',
    title: titleOf(said('title') ?? body),
    sent: timeOf(data['sent']) ?? 0,
    until: timeOf(data['until']),
    task: shortened(said('task'), 128),
    answers: type === 'answer' ? answers : null,
    status: shortened(said('status'), 32),
    body,
  };
}

/** `20261121T103000-k3x9w2pq`: by time, and not to be guessed. */
export function messageId(now: number, random: () => number): string {
  const time = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15);
  let tail = '';
  for (let i = 0; i < 8; i++) tail += 'abcdefghijkmnpqrstuvwxyz23456789'[Math.floor(random() * 32)];
  return `${time}-${tail}`;
}

/** The first line of a text as one plain line. */
export function titleOf(text: string): string {
  const first = plainLines(text).find((line) => line.trim() !== '') ?? '';
  const line = oneLine(first);
  if (line.length <= TITLE_LENGTH) return line === '' ? 'A message without words' : line;
  const cut = line.slice(0, TITLE_LENGTH);
  return `${cut.slice(0, Math.max(60, cut.lastIndexOf(' '))).trimEnd()}…`;
}

/**
 * A text as a Markdown block quote, line by line. Comment marks, which count in the middle of a line
 * too, are escaped as Markdown escapes them; control characters are left out.
 */
export function quote(text: string, mark = '>'): string {
  return plainLines(text)
    .map((line) => line.trimEnd().replaceAll('<!--', '<\\!--').replaceAll('-->', '--\\>'))
    .map((line) => (line === '' ? mark : `${mark} ${line}`))
    .join('\n');
}

export function isMessageId(id: string): boolean {
  return /^\d{8}T\d{6}-[a-z0-9]{8}$/.test(id);
}

/** A block quote's text; what is none stays as it is. */
function unquote(text: string): string {
  const lines = plainLines(text.replace(/^\s*\n/, '').trimEnd());
  if (!lines.every((line) => line === '' || line.startsWith('>'))) return lines.join('\n');
  return lines
    .map((line) => line.replace(/^> ?/, '').replaceAll('<\\!--', '<!--').replaceAll('--\\>', '-->'))
    .join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufeff\u202a-\u202e\u2066-\u2069]/g;

/** Lines without what a terminal or a parser could take for more than text. */
function plainLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).map((line) => line.replace(CONTROLS, ''));
}

const oneLine = (text: string): string => plainLines(text).join(' ').replace(/\s+/g, ' ').trim();

const shortened = (text: string | null, length: number): string | null =>
  text === null || text === '' ? null : text.slice(0, length);

/** YAML may have made a date of it. */
function timeOf(value: unknown): number | null {
  const time = value instanceof Date ? value.getTime() : Date.parse(String(value ?? ''));
  return Number.isFinite(time) && Math.abs(time) < 8e15 ? time : null;
}

const isHouseName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,31}$/i.test(name);

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return (values as readonly string[]).includes(value);
}
