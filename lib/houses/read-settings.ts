import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { core, ZodType } from 'zod';
import { EXIT, UserError } from '../core/errors.ts';
import { type HouseholdSettings, householdSchema } from './household-settings.ts';
import { type HouseSettings, houseSchema } from './settings.ts';

const MAX_BYTES = 64 * 1024;

/** Read a `house.yaml`. Throws UserError (exit 78). */
export const readHouseSettings = (path: string): HouseSettings =>
  readSettings(path, houseSchema, 'docs/house.md lists every setting');

/** Read `robed.yaml` of a household; without one, every default. Throws UserError (exit 78). */
export function readHouseholdSettings(root: string): HouseholdSettings {
  const path = join(root, 'robed.yaml');
  if (!existsSync(path)) return householdSchema.parse({});
  return readSettings(path, householdSchema, 'docs/household.md lists every setting');
}

/** Every problem is reported at once, the first one's line as the error's own. */
function readSettings<T>(path: string, schema: ZodType<T>, hint: string): T {
  if (statSync(path).size > MAX_BYTES) {
    throw new UserError(`expected at most ${MAX_BYTES / 1024} KB of settings`, {
      file: path,
      exitCode: EXIT.config,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    throw new UserError(`expected YAML: ${broken.message.split('\n')[0]}`, {
      file: path,
      line: lines.linePos(broken.pos[0]).line,
      exitCode: EXIT.config,
    });
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }) ?? {});
  if (parsed.success) return parsed.data;
  const lineOf = (at: readonly PropertyKey[]): number => {
    const above = document.getIn(at.slice(0, -1), true);
    const pair = isMap(above)
      ? above.items.find(({ key }) => isScalar(key) && key.value === at.at(-1))
      : undefined;
    const node = isScalar(pair?.key) ? pair.key : document.getIn(at, true);
    const start = (node as { range?: [number] } | undefined)?.range?.[0];
    return start === undefined ? 1 : lines.linePos(start).line;
  };
  const issues = parsed.error.issues.flatMap(oneByOne);
  const problems = issues.map(({ at, message }) => `${at.join('.')}: ${message}`);
  throw new UserError(problems.join('\n  '), {
    file: path,
    line: lineOf(issues[0]?.at ?? []),
    hint,
    exitCode: EXIT.config,
  });
}

interface Problem {
  at: PropertyKey[];
  message: string;
}

/** Each unknown key is a problem of its own, with a line of its own. */
function oneByOne(issue: core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ at: issue.path.length > 0 ? issue.path : ['the file'], message: issue.message }];
  }
  return issue.keys.map((key) => ({
    at: [...issue.path, key],
    message: 'there is no such setting',
  }));
}
