import { EXIT } from '../../core/errors.ts';
import { type Checkpoint, makeCheckpoint } from '../../operations/checkpoint/checkpoint.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import { terminalLine } from '../terminal-text.ts';

/** Nothing to commit is nothing to say. A secret that was kept out is a failure that a person mends. */
export async function run(context: Context): Promise<number> {
  const { dryRun, json, out, messages } = context;
  const { results, exitCode } = await forEachHouse(context, async (house) => ({
    wizard: house.house.name,
    ...(await makeCheckpoint(house, { dryRun })),
  }));
  if (json) out.json({ version: 1, dryRun, wizards: results });
  for (const { wizard, ...checkpoint } of results) {
    if (!json) {
      for (const line of describe(checkpoint, dryRun)) out.line(terminalLine(`${wizard}: ${line}`));
    }
    for (const { path, line, what } of checkpoint.refused) {
      messages.line(
        terminalLine(`robed: ${wizard}: ${path}:${line} holds ${what}: it is not committed`),
      );
    }
  }
  const refused = results.some((checkpoint) => checkpoint.refused.length > 0);
  return exitCode || (refused ? EXIT.failure : EXIT.ok);
}

function describe(
  { state, commit, message, reason, files, left }: Checkpoint,
  dryRun: boolean,
): string[] {
  const leftOut = left.map(({ path, why }) => `  (not ${path}: ${why})`);
  switch (state) {
    case 'nothing':
      return dryRun ? ['nothing to commit', ...leftOut] : [];
    case 'skipped':
      return [`no checkpoint: ${reason}`];
    case 'made':
      return [`${commit?.slice(0, 10)} ${message}`];
    case 'would':
      return [`would commit ${message}`, ...files.map((path) => `  ${path}`), ...leftOut];
  }
}
