import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import { argv, duration, port, secret, wizardName } from './setting-types.ts';

const bodyKind = z.enum(['shell', 'command', 'model', 'hermes', 'openclaw', 'external']);

const bodies = z.strictObject({
  /** Which bodies this house lets work; absent: shell, and every one that is configured below. */
  allow: z.array(bodyKind).optional(),
  default: bodyKind.optional(),
  command: z
    .strictObject({
      argv,
      stdin: z.enum(['prompt', 'none']).default('none'),
      env: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  model: z.strictObject({ endpoint: z.url(), name: z.string(), key: secret.optional() }).optional(),
  hermes: z
    .strictObject({
      program: z.string().default('hermes'),
      yolo: z.boolean().default(false),
      source: z.string().default('tool'),
    })
    .optional(),
  openclaw: z
    .strictObject({ program: z.string().default('openclaw'), config: z.string().optional() })
    .optional(),
  external: z.strictObject({}).optional(),
});

/** Five fields as crontab(5) has them; `false` switches the job off. */
const cronLine = z.union([z.string(), z.literal(false)]);

/** When cron or systemd runs the house's jobs; the defaults are those of the founding documents. */
const schedule = z.strictObject({
  dispatch: cronLine.default('*/15 * * * *'),
  'task-monitor': cronLine.default('*/10 * * * *'),
  'self-monitor': cronLine.default('*/5 * * * *'),
  'progress-report': cronLine.default('*/30 * * * *'),
  heartbeat: cronLine.default('*/15 * * * *'),
  checkpoint: cronLine.default('0 * * * *'),
});

/** The jobs that a schedule knows. */
export type ScheduledJob = keyof z.output<typeof schedule>;

/** Whether dispatch brings a gateway up where it is down, or leaves that to a person. */
const startMode = z.enum(['auto', 'manual']);

/** The Hermes gateway of this house: its body's API. */
const gateway = z.strictObject({
  /** The port that config.yaml gives api_server. */
  port,
  start: startMode.default('auto'),
  /** How long a start may take before it counts as failed. */
  patience: duration.default(120_000),
});

/** The OpenClaw gateway that this wizard wears. */
const robe = z.strictObject({
  kind: z.literal('openclaw').default('openclaw'),
  port,
  start: startMode.default('auto'),
  /** A slow start is not a failure: OpenClaw may take minutes. */
  patience: duration.default(240_000),
  program: z.string().default('openclaw'),
});

/** A folder inside the house. */
const place = z.string().refine((path) => {
  const [first] = normalize(path).split('/');
  return !isAbsolute(path) && path.trim() !== '' && first !== '..' && first !== '.';
}, 'expected a folder inside the house, relative to it');

/** `house.yaml`. Unknown keys are refused by name, so that a typo is never a silent default. */
export const houseSchema = z.strictObject({
  /** What this wizard is in the household; shown, never acted on. */
  role: z.string().default(''),
  /** The template that fills in what the house lacks; see templates/. */
  template: z.string().default('house'),
  queue: z
    .strictObject({
      /** Only an adopted queue is ever dispatched from. */
      adopted: z.boolean().default(false),
      /** Relative to the house. */
      path: z.string().default('home/WORK-QUEUE.md'),
      /** Where the queue is a link that leaves the household: the target that is meant. */
      target: z.string().optional(),
    })
    .default({ adopted: false, path: 'home/WORK-QUEUE.md' }),
  /** Where the queue's folders stand when not in home/, relative to the house: a founding layout. */
  places: z
    .strictObject({ work: place.default('home/work'), completed: place.default('home/completed') })
    .refine(
      ({ work, completed }) => normalize(work) !== normalize(completed),
      'expected two folders',
    )
    .prefault({}),
  /** The house that this one's reports go to; absent: the household's. */
  father: wizardName.optional(),
  gateway: gateway.optional(),
  robe: robe.optional(),
  schedule: schedule.prefault({}),
  paused: z.boolean().default(false),
  /** Live runs at once. */
  concurrency: z.int().min(1).max(64).default(1),
  timeout: duration.default(30 * 60_000),
  attempts: z.int().min(1).max(100).default(3),
  /** Wait after a first failed attempt; doubles with each. */
  backoff: duration.default(1000),
  bodies: bodies.default({}),
  /** Finished entries leave the queue for archive/ so long after their end; absent: they stay. */
  archive: z.strictObject({ after: duration.nullable().default(null) }).default({ after: null }),
  history: z.strictObject({ days: z.int().min(1).default(30) }).default({ days: 30 }),
});

export type HouseSettings = z.output<typeof houseSchema>;
