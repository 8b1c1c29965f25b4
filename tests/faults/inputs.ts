import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/core/clock.ts';
import { UserError } from '../../lib/core/errors.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { queueGate } from '../../lib/operations/gate.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { launchNobody, makeHousehold, openTestHouse, type TestHouse } from '../support/house.ts';
import { personsBytes, readHouseQueue } from './check-house.ts';
import { draftQueue, STYLES, taskId } from './queues.ts';
import { between, pick, type Random, seeded } from './random.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';

interface Input {
  /** Puts the queue on disk; returns nothing to dispatch from, or everything as usual. */
  put(house: TestHouse, text: string, random: Random): void;
  /** `refused`: told, nothing changed, nothing dispatched. `quiet`: the same, with nothing to tell. `read`: as any queue. */
  meant: 'refused' | 'quiet' | 'read';
}

const MEGABYTE = 1024 * 1024;

const bytes = (
  change: (text: string, random: Random) => Uint8Array | string,
  meant: Input['meant'] = 'refused',
): Input => ({
  put: (house, text, random) => writeFileSync(house.paths.queue, change(text, random)),
  meant,
});

/** Between two lines of the text. */
function insert(text: string, random: Random, what: string): string {
  const lines = text.split('\n');
  lines.splice(between(random, 1, lines.length - 1), 0, what);
  return lines.join('\n');
}

const BOMB = [
  '---',
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[at]}`).join(', ')}]`),
  '---',
  '',
].join('\n');

const INPUTS: Readonly<Record<string, Input>> = {
  'torn-utf8': bytes((text, random) => {
    const whole = Buffer.from(`${text}\n漢`);
    return random() < 0.5
      ? whole.subarray(0, -1)
      : Buffer.concat([whole.subarray(0, 40), Buffer.from([0xc3, 0x28]), whole.subarray(40)]);
  }),
  nuls: bytes((text, random) => insert(text, random, `\0${'\0'.repeat(between(random, 0, 4096))}`)),
  binary: bytes((_, random) =>
    Buffer.from(Array.from({ length: 5000 }, () => between(random, 0, 255))),
  ),
  'merge-markers': bytes((text, random) =>
    insert(text, random, '<<<<<<< HEAD\n- one\n=======\n- other\n>>>>>>> theirs'),
  ),
  'js-front-matter': bytes(
    (text) =>
      `---js\n{ x: require('fs').writeFileSync('pwned', '1') }\n---\n${text.replaceAll('\r', '').replace('\ufeff', '')}`,
  ),
  'yaml-bomb': bytes((text) => `${BOMB}${text.replace('\ufeff', '')}`),
  'duplicate-ids': bytes((text) => text.replaceAll(/TASK-00\d/g, taskId(1))),
  'inside-a-fence': bytes((text) => `# Notes\n\n\`\`\`\`\`text\n${text}\n\`\`\`\`\`\n`, 'quiet'),
  'unclosed-fence': bytes(
    () => `## ${taskId(1)}: Half a save\n\n- **Status:** PENDING\n\n\`\`\`sh\necho half >> eff`,
  ),
  'link-out-of-the-household': {
    put: (house, text) => {
      const target = `${house.root}-outside.md`;
      writeFileSync(target, text);
      rmSync(house.paths.queue);
      symlinkSync(target, house.paths.queue);
    },
    meant: 'refused',
  },
  'link-within-the-household': {
    put: (house, text) => {
      const folder = join(house.root, 'notes');
      mkdirSync(folder);
      writeFileSync(join(folder, 'queue.md'), text);
      rmSync(house.paths.queue);
      symlinkSync(join(folder, 'queue.md'), house.paths.queue);
    },
    meant: 'read',
  },
  'dangling-link': {
    put: (house) => {
      rmSync(house.paths.queue);
      symlinkSync(join(house.root, 'nowhere.md'), house.paths.queue);
    },
    meant: 'refused',
  },
  'a-directory': {
    put: (house) => {
      renameSync(house.paths.queue, `${house.paths.queue}.old`);
      mkdirSync(house.paths.queue);
    },
    meant: 'refused',
  },
  empty: bytes(() => '', 'quiet'),
  // Between a table's head and its rows the line would take their columns' names away.
  'one-long-line': bytes((text, random) => {
    const line = 'x'.repeat(4 * MEGABYTE);
    return text.includes('|') ? `${text}\n${line}\n` : insert(text, random, line);
  }, 'read'),
  bom: bytes((text) => (text.startsWith('\ufeff') ? text : `\ufeff${text}`), 'read'),
  crlf: bytes((text) => text.replaceAll(/\r?\n/g, '\r\n'), 'read'),
};

/** Slow, so it comes once a run and not with each seed. */
const HUGE: Readonly<Record<string, Input>> = {
  '100-megabytes': bytes(
    (text) =>
      `${text}\n${'All work and no play makes Ezra a dull wizard.\n'.repeat((100 * MEGABYTE) / 47)}`,
  ),
};

/** R9: files that no person meant, or that somebody meant badly. */
export async function feedStrangeFiles(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R9');
  for (let seed = options.seed; ; seed++) {
    const inputs = seed === options.seed ? { ...INPUTS, ...HUGE } : INPUTS;
    for (const [name, input] of Object.entries(inputs)) {
      if (options.scenario !== undefined && options.scenario !== name) continue;
      if (performance.now() > options.deadline) return tally;
      const violations = await feed(input, seeded(seed));
      tally.tried += 1;
      for (const violation of violations) {
        tally.failures.push({
          ...violation,
          what: `${name}: ${violation.what}`,
          replay: replayCommand('R9', seed, name, '1'),
        });
      }
    }
    options.progress?.(tally);
    if (tally.tried >= options.points || options.point !== undefined) return tally;
  }
}

async function feed(input: Input, random: Random): Promise<Violation[]> {
  const statuses = Array.from({ length: between(random, 2, 4) }, (_, at) => ({
    id: taskId(at + 1),
    status: 'PENDING',
  }));
  const house = makeHousehold('');
  input.put(house, draftQueue(random, pick(random, STYLES), statuses), random);
  const violations: Violation[] = [];
  try {
    if (input.meant === 'read') await checkRead(house, violations);
    else await checkRefused(house, input.meant === 'refused', violations);
  } catch (error) {
    violations.push({ harm: 'unexplained', what: `${(error as Error).stack}` });
  }
  house.remove();
  rmSync(`${house.root}-outside.md`, { force: true });
  return violations;
}

async function checkRefused(
  house: TestHouse,
  told: boolean,
  violations: Violation[],
): Promise<void> {
  const before = look(house);
  const context = await openTestHouse(house, { clock: systemClock, launch: launchNobody });
  let finding: string | null = null;
  try {
    const { queue } = await reconcile(context, { claim: true });
    finding = findingOf(context, queue);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    finding = error.message;
  }
  if (told && !finding)
    violations.push({ harm: 'unexplained', what: 'nothing tells that anything is wrong' });
  const runs = context.db.prepare('SELECT count(*) AS n FROM runs').get()?.['n'];
  if (runs !== 0) violations.push({ harm: 'unexplained', what: `${runs} runs were dispatched` });
  const after = look(house);
  if (after !== before) violations.push({ harm: 'torn', what: 'the file was changed' });
  for (const trace of ['pwned', join(house.root, 'pwned'), join(house.paths.workspace, 'pwned')]) {
    if (existsSync(trace))
      violations.push({ harm: 'unexplained', what: 'text of the file was run as a program' });
  }
  closeHouse(context);
}

/** What tells a person: the reading's state, an event, the file's own findings. */
function findingOf(context: HouseContext, queue: string): string | null {
  if (queue === 'unreadable' || queue === 'missing') return queue;
  if (readEvents(context.db, { type: 'queue.unreadable' }).length > 0) return 'queue.unreadable';
  const { doc } = readHouseQueue(context);
  const gate = queueGate(context.house, doc);
  if (gate.readOnly !== null) return gate.readOnly;
  return (
    doc.findings[0]?.message ?? (doc.entries.some((entry) => entry.unclosed) ? 'unclosed' : null)
  );
}

/** Bytes and nature of the queue, whatever it is. */
function look(house: TestHouse): string {
  const stat = lstatSync(house.paths.queue);
  if (stat.isDirectory()) return 'a directory';
  const link = stat.isSymbolicLink() ? 'link ' : '';
  return existsSync(house.paths.queue)
    ? link + readFileSync(house.paths.queue).toString('base64')
    : link;
}

/** Dispatched as usual, and nothing but a word of status changed; a link is still one. */
async function checkRead(house: TestHouse, violations: Violation[]): Promise<void> {
  const link = lstatSync(house.paths.queue).isSymbolicLink();
  const context = await openTestHouse(house, { clock: systemClock, launch: launchNobody });
  const before = personsBytes(readHouseQueue(context));
  await reconcile(context, { claim: true });
  const reading = readHouseQueue(context);
  if (personsBytes(reading) !== before)
    violations.push({ harm: 'torn', what: 'more than a status was changed' });
  if (lstatSync(house.paths.queue).isSymbolicLink() !== link)
    violations.push({ harm: 'torn', what: 'the link was replaced' });
  const [first] = [...readTasks(context.db).values()].filter(
    (task) => task.status === 'IN_PROGRESS',
  );
  if (first === undefined) violations.push({ harm: 'lost', what: 'nothing was dispatched' });
  else if (reading.keyed.single.get(first.key)?.status !== 'IN_PROGRESS') {
    violations.push({
      harm: 'lost',
      what: `the file does not say that ${first.key} is in progress`,
    });
  }
  closeHouse(context);
}
