import { EXIT } from '../../core/errors.ts';
import { listVersions, type PastVersion, readVersion } from '../../operations/past-versions.ts';
import type { Context } from '../context.ts';
import { forEachHouse, oneWizard, withHouse } from '../houses.ts';
import { type Input, textOption } from '../input.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';
import { versionNumber } from '../version-number.ts';

export async function run(context: Context, input: Input): Promise<number> {
  const shown = textOption(input, 'show');
  if (shown !== undefined) return show(context, versionNumber(shown));
  const { results, exitCode } = await forEachHouse(
    context,
    (house) => ({
      wizard: house.house.name,
      versions: listVersions(house),
    }),
    { look: true },
  );
  if (context.json) {
    const wizards = results.map(({ wizard, versions }) => ({
      wizard,
      versions: versions.map((version) => ({
        ...version,
        time: new Date(version.time).toISOString(),
      })),
    }));
    context.out.json({ version: 1, wizards });
    return exitCode;
  }
  for (const { wizard, versions } of results) {
    context.out.line(`${wizard}:`);
    for (const version of versions) context.out.line(terminalLine(lineOf(version)));
  }
  return exitCode;
}

/** To a terminal as safe text; elsewhere byte for byte, so that it can be redirected into a file. */
async function show(context: Context, seq: number): Promise<number> {
  const { out } = context;
  const wizard = oneWizard(context);
  const text = await withHouse(context, wizard, (house) => readVersion(house, seq), { look: true });
  if (context.json) out.json({ version: 1, wizard, seq, text });
  else out.write(out.terminal ? terminalBlock(text) : text);
  return EXIT.ok;
}

function lineOf({ seq, time, by, changed, current }: PastVersion): string {
  const tasks =
    changed.length > 6 ? [...changed.slice(0, 5), `${changed.length - 5} more`] : changed;
  const mark = current ? '*' : ' ';
  return `${mark} ${String(seq).padStart(5)}  ${localTime(time)}  ${by.padEnd(6)}  ${tasks.join(', ')}`;
}
