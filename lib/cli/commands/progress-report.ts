import { EXIT } from '../../core/errors.ts';
import type { HouseContext } from '../../operations/context.ts';
import { pulseOf } from '../../operations/progress-report/children.ts';
import { gatherProgress } from '../../operations/progress-report/gather.ts';
import {
  type MadeReport,
  makeReport,
  type ReportOptions,
} from '../../operations/progress-report/make-report.ts';
import type { Progress } from '../../operations/progress-report/progress.ts';
import { renderHousehold } from '../../operations/progress-report/render-household.ts';
import { portConflicts, shared } from '../../operations/progress-report/targets.ts';
import { DAY_MS, readSince } from '../../operations/progress-report/window.ts';
import type { Context } from '../context.ts';
import { forEachHouse, withHouse } from '../houses.ts';
import { type Input, textOption } from '../input.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';

/** One house's report is made and kept; of several, with none named, there is a page to look at. */
export async function run(context: Context, input: Input): Promise<number> {
  const typed = textOption(input, 'since');
  const since = typed === undefined ? null : readSince(typed, context.clock.now());
  const [wizard, ...others] = context.wizards();
  if (wizard === undefined || others.length > 0) return summarise(context, since, typed);
  const options: ReportOptions = { dryRun: context.dryRun, since };
  const report = async (house: HouseContext) => {
    const made = await makeReport(house, options);
    if (input.options['quiet'] !== true) print(context, made, since);
    return EXIT.ok;
  };
  return withHouse(context, wizard, report, { look: context.dryRun || since !== null });
}

/** Nothing new is said to a person, and not to a schedule. */
function print({ json, dryRun, out }: Context, made: MadeReport, since: number | null): void {
  const { progress, markdown, news, file } = made;
  if (json) {
    out.json({ version: 1, dryRun, news, file, ...withTimes(progress) });
  } else if (news || since !== null) {
    out.write(terminalBlock(markdown));
  } else if (out.terminal) {
    out.line(
      terminalLine(
        `${progress.wizard}: nothing since ${localTime(progress.since)}; \`--since 12h\` looks further back`,
      ),
    );
  }
}

async function summarise(context: Context, since: number | null, typed = '24h'): Promise<number> {
  const until = context.clock.now();
  const window = { since: since ?? until - DAY_MS, until };
  const sum = (house: HouseContext) => ({
    progress: gatherProgress(house, window, []),
    pulse: pulseOf(house),
  });
  const { results, exitCode } = await forEachHouse(context, sum, { look: true });
  const targets = [portConflicts(context.root(), null), shared(context.root(), null)];
  if (context.json) {
    context.out.json({
      version: 1,
      since: iso(window.since),
      until: iso(window.until),
      targets,
      wizards: results.map(({ progress, pulse }) => ({ ...withTimes(progress), ...pulse })),
    });
  } else {
    context.out.write(
      terminalBlock(renderHousehold(results, targets, { ...window, typed }, context.root())),
    );
  }
  return exitCode;
}

/** Times as people and programs read them: ISO 8601. Durations stay milliseconds. */
function withTimes(progress: Progress) {
  const { since, until, done, failed, running, later, troubles } = progress;
  return {
    ...progress,
    since: iso(since),
    until: iso(until),
    done: done.map((one) => ({ ...one, at: iso(one.at) })),
    failed: failed.map((one) => ({ ...one, at: iso(one.at) })),
    running: running.map((one) => ({ ...one, since: one.since === null ? null : iso(one.since) })),
    troubles: troubles.map((one) => ({ ...one, at: iso(one.at) })),
    later: later && { ...later, at: iso(later.at) },
  };
}

const iso = (time: number): string => new Date(time).toISOString();
