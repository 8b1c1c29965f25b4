import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const milliseconds = parseDuration(String(value));
  if (milliseconds === null) {
    context.addIssue({
      code: 'custom',
      message: `expected a duration like 15m or 1h30m, found ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  }
  return milliseconds;
});

const bodyKind = z.enum(['shell', 'command', 'model', 'hermes', 'openclaw', 'external']);

/** A secret is named, never written: by the variable or the 0600 file that holds it. */
const key = z.strictObject({ env: z.string().optional(), file: z.string().optional() });

const bodies = z.strictObject({
  /** Which bodies this house lets work; absent: shell, and every one that is configured below. */
  allow: z.array(bodyKind).optional(),
  default: bodyKind.optional(),
  command: z
    .strictObject({
      argv: z.array(z.string()).min(1),
      stdin: z.enum(['prompt', 'none']).default('none'),
      env: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  model: z.strictObject({ endpoint: z.url(), name: z.string(), key: key.optional() }).optional(),
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
