import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

/** A duration as people write it; milliseconds once read. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
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

/** A secret is named, never written: by the variable or the 0600 file that holds it. */
export const secret = z.strictObject({ env: z.string().optional(), file: z.string().optional() });

/** A program and its arguments; no shell in between. */
export const argv = z.tuple([z.string().min(1)], z.string());

/** A TCP port that a person may hold. */
export const port = z.int().min(1024).max(65_535);

/** A wizard's name: it becomes a folder, a crontab marker and a unit's name. */
export const wizardName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected a name of a-z, 0-9, - and _, at most 32 long');
