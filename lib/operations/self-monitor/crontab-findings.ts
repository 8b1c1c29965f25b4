import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { houseNames } from '../../houses/household.ts';
import { jobFiles } from '../../houses/job-files.ts';
import { housePaths } from '../../houses/paths.ts';
import type { CrontabCheck } from '../crontab-check.ts';
import type { Finding } from './findings.ts';
import type { MonitorMeans } from './restart-service.ts';

/**
 * Cron lines of the household's houses that are dead. A house that cron never worked for (somebody
 * runs `robed start`, or systemd) is not asked about: doctor does that.
 */
export async function crontabFindings(
  root: string,
  { clock, environment }: MonitorMeans,
): Promise<Finding[]> {
  const byCron = houseNames(root).filter((wizard) =>
    existsSync(jobFiles(housePaths(join(root, 'wizards', wizard)), 'dispatch').folder),
  );
  if (byCron.length === 0) return [];
  const { checkCrontab } = await import('../crontab-check.ts');
  return deadLines(await checkCrontab(root, byCron, { clock, environment, replay: false }));
}

/** Pure. */
export function deadLines(checks: readonly CrontabCheck[]): Finding[] {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ wizard, job, message, fix }) => {
      const whose = [wizard, job].filter((part) => part !== null);
      const what = fix === '' ? message : `${message}; ${fix}`;
      return {
        code: 'crontab',
        subject: whose.join(':'),
        message: whose.length > 0 ? `${whose.join(' ')}: ${what}` : what,
      };
    });
}
