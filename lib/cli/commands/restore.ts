import { EXIT } from '../../core/errors.ts';
import { restoreVersion } from '../../operations/past-versions.ts';
import type { Context } from '../context.ts';
import { oneWizard, withHouse } from '../houses.ts';
import type { Input } from '../input.ts';
import { terminalBlock } from '../terminal-text.ts';
import { unifiedDiff } from '../unified-diff.ts';
import { versionNumber } from '../version-number.ts';

export async function run(context: Context, { args }: Input): Promise<number> {
  const { dryRun, out } = context;
  const seq = versionNumber(args[0] as string);
  const wizard = oneWizard(context);
  await withHouse(context, wizard, async (house) => {
    const { before, after } = await restoreVersion(house, seq, { dryRun });
    const diff = unifiedDiff(house.house.paths.queue, before, after);
    if (context.json)
      out.json({ version: 1, dryRun, wizard, seq, changed: before !== after, diff });
    else if (dryRun) out.write(terminalBlock(diff));
    else out.line(`${wizard}: version ${seq} is the queue again`);
  });
  return EXIT.ok;
}
