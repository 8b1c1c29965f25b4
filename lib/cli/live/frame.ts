import picocolors from 'picocolors';
import { formatDuration } from '../../core/duration.ts';
import type { Status } from '../../core/status.ts';
import type { Need } from '../../operations/house-view.ts';
import { styleStatus } from '../status-style.ts';
import { terminalLine } from '../terminal-text.ts';
import { cellWidth, cutToWidth } from './cell-width.ts';
import { eventWords } from './event-words.ts';
import type { Glance } from './glance.ts';

export interface FrameOptions {
  columns: number;
  rows: number;
  now: number;
  colors: boolean;
  /** The last line: what keys do, or what is going on. */
  footer: string;
}

/** How much of each part there is room for. */
interface Room {
  output: number;
  needs: number;
  events: number;
}

/** Tried in turn, until all houses fit. */
const ROOMS: readonly Room[] = [
  { output: 5, needs: 12, events: 12 },
  { output: 4, needs: 8, events: 8 },
  { output: 3, needs: 5, events: 5 },
  { output: 2, needs: 3, events: 3 },
  { output: 1, needs: 2, events: 1 },
  { output: 2, needs: 2, events: 0 },
  { output: 1, needs: 1, events: 0 },
  { output: 0, needs: 1, events: 0 },
];

/** What the terminal shows: at most `rows` lines, each at most `columns` cells wide. Pure. */
export function renderFrame(glances: readonly Glance[], options: FrameOptions): string[] {
  const room = Math.max(1, options.rows - 2);
  const several = glances.length > 1;
  let lines: string[] = [];
  for (const size of ROOMS) {
    lines = glances.flatMap((glance, at) => [
      ...(at === 0 ? [] : ['']),
      ...houseLines(glance, size, several, options),
    ]);
    if (lines.length <= room) break;
  }
  const { dim } = picocolors.createColors(options.colors);
  const footer = dim(cutToWidth(terminalLine(options.footer), options.columns));
  return [...lines.slice(0, room), '', footer].slice(-options.rows);
}

function houseLines(glance: Glance, room: Room, several: boolean, options: FrameOptions): string[] {
  const paint = painter(options);
  const { bold, cyan, dim, yellow } = paint.colors;
  const lines = [paint.line([bold, glance.wizard], ...countsOf(glance, options.colors))];
  for (const run of glance.running) {
    const elapsed = formatDuration(
      Math.max(0, Math.floor((options.now - run.since) / 1000)) * 1000,
    );
    const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
    lines.push(
      paint.ends([cyan, ` ▶ ${run.task}`], ` ${run.title}`, `${run.body}${attempt}, ${elapsed}`),
    );
    for (const line of lastOf(run.output, room.output))
      lines.push(paint.line([dim, `   │ ${line}`]));
  }
  if (glance.next !== null)
    lines.push(paint.line([dim, ' → next '], glance.next.task, ` ${glance.next.title}`));
  for (const need of glance.needsYou.slice(0, room.needs)) {
    const who = need.task === null ? '' : `${need.task} `;
    const command = commandFor(need, several ? glance.wizard : null);
    lines.push(
      paint.ends(
        [yellow, ` ! ${who}`],
        need.message,
        need.message.includes(command) ? '' : command,
      ),
    );
  }
  const more = glance.needsYou.length - room.needs;
  if (more > 0)
    lines.push(paint.line([yellow, ` ! and ${more} more`], [dim, ', see `robed status`']));
  if (glance.running.length + glance.needsYou.length === 0 && glance.next === null) {
    lines.push(paint.line([dim, '   nothing to do']));
  }
  const events = lastOf(
    glance.events.filter(({ type }) => type !== 'task.created'),
    room.events,
  );
  if (events.length > 0) lines.push('');
  for (const event of events) {
    lines.push(paint.line([dim, `   ${timeOf(event.time)}  ${eventWords(event)}`]));
  }
  return lines;
}

/** The command that helps, to be typed as it stands. */
function commandFor({ code, task }: Need, wizard: string | null): string {
  const house = wizard === null ? '' : ` --wizard ${wizard}`;
  if (task === null)
    return code.startsWith('queue-') ? `robed list${house}` : `robed settle${house}`;
  switch (code) {
    case 'review':
      return `robed approve ${task}${house}`;
    case 'failed':
      return `robed show ${task}${house}`;
    case 'blocked':
      return `robed explain ${task}${house}`;
    case 'suspect':
      return `robed cancel ${task}${house}`;
    default:
      return `robed settle ${task}${house}`;
  }
}

type Piece = string | readonly [style: (text: string) => string, text: string];

/** Lines of pieces: each made harmless, the whole cut to the terminal's width, then coloured. */
function painter({ columns, colors: wanted }: FrameOptions) {
  const colors = picocolors.createColors(wanted);
  const line = (...pieces: Piece[]): string => compose(pieces, columns).text;
  const ends = (head: Piece, middle: string, tail: string): string => {
    const end = terminalLine(tail);
    const gap = 2;
    const left = columns - cellWidth(end) - gap;
    // Too narrow for both: the end, which is a command or a time, goes first.
    if (end === '' || left < columns / 3) return line(head, middle);
    const { text, width } = compose([head, middle], left);
    return `${text}${' '.repeat(left + gap - width)}${colors.dim(end)}`;
  };
  return { colors, line, ends };
}

function compose(pieces: readonly Piece[], columns: number): { text: string; width: number } {
  let text = '';
  let width = 0;
  for (const piece of pieces) {
    const [style, raw] = typeof piece === 'string' ? [null, piece] : piece;
    const cut = cutToWidth(terminalLine(raw), columns - width);
    if (cut === '') continue;
    width += cellWidth(cut);
    text += style ? style(cut) : cut;
  }
  return { text, width };
}

function countsOf({ counts }: Glance, colors: boolean): Piece[] {
  const known: readonly Status[] = [
    'IN_PROGRESS',
    'PENDING',
    'REVIEW',
    'BLOCKED',
    'FAILED',
    'COMPLETE',
    'DEFERRED',
    'CANCELLED',
    'UNKNOWN',
  ];
  const shown = known.filter((status) => (counts[status] ?? 0) > 0);
  if (shown.length === 0) return ['  no tasks'];
  return shown.flatMap((status, at): Piece[] => {
    const text = `${counts[status]} ${status.toLowerCase().replace('_', ' ')}`;
    const style = (plain: string) => (colors ? plain.replace(text, styled(status, text)) : plain);
    return [[style, `${at === 0 ? '  ' : ' · '}${text}`]];
  });
}

const styled = (status: Status, text: string): string => styleStatus(status).replace(status, text);

const lastOf = <T>(list: readonly T[], count: number): readonly T[] =>
  count > 0 ? list.slice(-count) : [];

/** `14:03:59`, in the time zone of whoever looks. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
