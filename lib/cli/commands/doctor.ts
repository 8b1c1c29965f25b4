import picocolors from 'picocolors';
import { EXIT } from '../../core/errors.ts';
import { houseFolder } from '../../houses/household.ts';
import { withHousehold } from '../../operations/doctor/admit.ts';
import { examine } from '../../operations/doctor/examine.ts';
import { type Mended, mendAll } from '../../operations/doctor/mend.ts';
import { CHECKS } from '../../operations/doctor/registry.ts';
import type { Diagnosis, Level, Verdict } from '../../operations/doctor/verdict.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';
import { cellWidth } from '../live/cell-width.ts';
import { terminalLine } from '../terminal-text.ts';

/** As wide as `FAIL  `. */
const INDENT = '      ';

/** Looks, and with --fix mends what is safe and looks again. Exit 1 where something fails. */
export async function run(context: Context, { options }: Input): Promise<number> {
  const { dryRun, json, out } = context;
  const root = context.root();
  const wizards = context.wizards();
  for (const wizard of wizards) houseFolder(root, wizard);
  const look = () =>
    withHousehold(root, context, (household) => examine(household, CHECKS, wizards));
  const first = await look();
  const mended = options['fix'] === true ? await mendAll(first, { dryRun }) : [];
  const found = mended.length > 0 && !dryRun ? await look() : first;
  if (json) {
    const checks = found.map(({ mend: _, ...verdict }): Verdict => verdict);
    out.json({ version: 1, checks, ...(options['fix'] === true ? { dryRun, mended } : {}) });
  } else {
    for (const one of mended) out.line(mendedLine(one, dryRun));
    printTroubles(context, found, { fix: options['fix'] === true });
  }
  return found.some(({ level }) => level === 'fail') ? EXIT.failure : EXIT.ok;
}

function mendedLine({ wizard, does, problem }: Mended, dryRun: boolean): string {
  const what = `${wizard === null ? '' : `${wizard}: `}${does}`;
  if (problem !== null) return terminalLine(`not mended: ${what}: ${problem}`);
  return terminalLine(`${dryRun ? 'would mend' : 'mended'}: ${what}`);
}

function printTroubles({ out }: Context, found: readonly Diagnosis[], { fix }: { fix: boolean }) {
  const colors = picocolors.createColors(out.colors);
  const paint: Record<Level, (text: string) => string> = {
    fail: colors.red,
    warn: colors.yellow,
    ok: colors.green,
  };
  const troubles = found.filter(({ level }) => level !== 'ok');
  for (const { level, wizard, name, message, fix: how } of troubles) {
    const who = `${wizard === null ? '' : `${wizard} `}${name}`;
    const [first = '', ...rest] = wrap(terminalLine(`${who}: ${message}`), out.columns);
    const head = first.startsWith(who) ? `${colors.bold(who)}${first.slice(who.length)}` : first;
    out.line(`${paint[level](level.toUpperCase())}  ${head}`);
    for (const line of rest) out.line(`${INDENT}${line}`);
    // Never wrapped: it is there to be copied.
    if (how !== null) out.line(`${INDENT}${colors.dim('→')} ${terminalLine(how)}`);
  }
  const well = found.length - troubles.length;
  if (troubles.length > 0) out.line('');
  out.line(`${paint.ok(String(well))} ${well === 1 ? 'check' : 'checks'} ok`);
  const mendable = troubles.filter(({ mend }) => mend !== null).length;
  if (mendable > 0 && !fix) out.line(`\`robed doctor --fix\` mends ${mendable} of the above`);
}

/** Lines that fit beside the level, broken at blanks; a word that is longer stands alone. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + cellWidth(line) + 1 + cellWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
