import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { EXIT, UserError } from '../core/errors.ts';
import { type HouseSettings, houseSchema } from './settings.ts';

const MAX_BYTES = 64 * 1024;

/**
 * Read a `house.yaml`. Every problem is reported at once, the first one's line as the error's own.
 * Throws UserError (exit 78).
 */
export function readHouseSettings(path: string): HouseSettings {
  if (statSync(path).size > MAX_BYTES) {
    throw new UserError(`expected a house.yaml of at most ${MAX_BYTES / 1024} KB`, {
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
  const parsed = houseSchema.safeParse(document.toJS({ maxAliasCount: 0 }) ?? {});
  if (parsed.success) return parsed.data;
  const lineOf = (at: readonly PropertyKey[]): number => {
    const node = document.getIn(at as unknown[], true) as { range?: [number] } | undefined;
    return node?.range ? lines.linePos(node.range[0]).line : 1;
  };
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'house.yaml'}: ${issue.message}`,
  );
  throw new UserError(problems.join('\n  '), {
    file: path,
    line: lineOf(parsed.error.issues[0]?.path ?? []),
    hint: 'docs/house.md lists every setting',
    exitCode: EXIT.config,
  });
}
