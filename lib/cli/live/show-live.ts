import type { HouseContext } from '../../operations/context.ts';
import type { Context } from '../context.ts';
import { describeError } from '../error-text.ts';
import { terminalLine } from '../terminal-text.ts';
import { renderFrame } from './frame.ts';
import { type Glance, glanceAt, withFreshOutput } from './glance.ts';
import { openScreen } from './screen.ts';
import type { Show } from './show.ts';

/** Between two drawings at least. */
const FRAME_MS = 250;

/** While something runs, its time and its output are looked at so often. */
const TICK_MS = 1000;

const FOOTER =
  'Ctrl-C ends the watch and leaves what runs to its runner; a second one stops that too';

/** The houses live on the whole terminal. Nothing is drawn, and no timer runs, while nothing happens. */
export function showLive(context: Context, stream: NodeJS.WriteStream): Show {
  const screen = openScreen(stream);
  const houses = new Map<string, Known>();
  const said: string[] = [];
  let footer = FOOTER;
  let drawing: NodeJS.Timeout | null = null;
  let ticking: NodeJS.Timeout | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;

  const frame = (size: { columns: number; rows: number }) => {
    const glances = [...houses.values()].map(({ glance }) => glance);
    const { colors } = context.out;
    return renderFrame(glances, { ...size, now: context.clock.now(), colors, footer });
  };
  const draw = () => {
    drawing = null;
    drawnAt = context.clock.monotonic();
    for (const known of houses.values()) refresh(known);
    screen.draw(frame(screen.size));
    const runs = [...houses.values()].some(({ glance }) => glance.running.length > 0);
    if (runs) ticking ??= setInterval(soon, TICK_MS);
    else if (ticking !== null) {
      clearInterval(ticking);
      ticking = null;
    }
  };
  const soon = () => {
    const wait = Math.max(0, drawnAt + FRAME_MS - context.clock.monotonic());
    drawing ??= setTimeout(draw, wait);
  };
  const resized = () => {
    screen.forget();
    soon();
  };
  const changed = (house: HouseContext) => {
    const known = houses.get(house.house.name);
    if (known) Object.assign(known, { house, stale: true });
    else houses.set(house.house.name, { house, glance: glanceAt(house), stale: false });
    soon();
  };
  const looked = (house: HouseContext) => {
    footer = FOOTER;
    changed(house);
  };
  const foot = (text: string) => {
    footer = text;
    soon();
  };
  stream.on('resize', resized);
  return {
    look: looked,
    events: changed,
    trouble(wizard, error) {
      foot(`${wizard}: ${describeError(error).text.trim()}`);
    },
    say(text) {
      said.push(text);
      foot(text);
    },
    ask: foot,
    close() {
      stream.off('resize', resized);
      if (drawing !== null) clearTimeout(drawing);
      if (ticking !== null) clearInterval(ticking);
      for (const known of houses.values()) refresh(known);
      screen.close();
      // What was to be seen last stays to be read above the prompt.
      footer = '';
      const { columns } = screen.size;
      const last = frame({ columns, rows: Number.POSITIVE_INFINITY });
      context.out.write(`${last.join('\n').trimEnd()}\n`);
      for (const text of said) context.messages.line(terminalLine(text));
    },
  };
}

interface Known {
  house: HouseContext;
  glance: Glance;
  stale: boolean;
}

/** A house that is being closed, or whose files are out of reach just now, stays as last seen. */
function refresh(known: Known): void {
  if (!known.house.db.isOpen) return;
  try {
    known.glance = known.stale ? glanceAt(known.house) : withFreshOutput(known.glance, known.house);
    known.stale = false;
  } catch {
    // The watcher's own look meets the same trouble, and tells.
  }
}
