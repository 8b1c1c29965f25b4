import { readHouseholdSettings } from '../../houses/read-settings.ts';
import { transaction } from '../../platform/sqlite.ts';
import { recordEvent } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import type { HouseContext } from '../context.ts';
import { seeChildren } from './children.ts';
import { deliverReport } from './deliver.ts';
import { eventsIn, gatherProgress } from './gather.ts';
import type { Progress } from './progress.ts';
import { renderProgress } from './render.ts';
import { keepReport } from './store.ts';
import { type Window, windowSince } from './window.ts';

export interface MadeReport {
  progress: Progress;
  markdown: string;
  /** Something happened in its time, here or in a child's house. */
  news: boolean;
  /** Where it was written; null where it was only looked at, or there was no news. */
  file: string | null;
}

export interface ReportOptions {
  dryRun: boolean;
  /** From then on, only to be looked at: the next report goes on from the last one all the same. */
  since: number | null;
}

/**
 * Report on what happened since the last report, into `home/reports/` and the father's house. Where
 * nothing did, nothing is written. A crash before the mark makes the next report say it again.
 */
export async function makeReport(
  context: HouseContext,
  { dryRun, since }: ReportOptions,
): Promise<MadeReport> {
  const { db, house, clock } = context;
  const now = clock.now();
  const window = since === null ? windowSince(lastMark(context), now) : { since, until: now };
  const household = readHouseholdSettings(house.root);
  const seen = await seeChildren(context, household, window);
  const news = eventsIn(context, window).length > 0 || seen.some((child) => child.news);
  const children = seen.map(({ news: _, ...child }) => child);
  const progress = gatherProgress(context, window, children);
  const markdown = renderProgress(progress, house.root);
  if (dryRun || since !== null || !news) return { progress, markdown, news, file: null };
  const file = keepReport(house.paths.home, 'reports', now, markdown);
  deliverReport(context, household, now, markdown);
  transaction(db, () => {
    writeMeta(db, 'reported', String(window.until));
    recordEvent(db, now, { type: 'report.made', data: saidOf(progress, window, file) });
  });
  return { progress, markdown, news, file };
}

function lastMark({ db }: HouseContext): number | null {
  const mark = readMeta(db, 'reported');
  return mark === null ? null : Number(mark);
}

function saidOf({ figures, waiting }: Progress, { since }: Window, file: string) {
  const { done, failed } = figures;
  return { file, since: new Date(since).toISOString(), done, failed, waiting: waiting.length };
}
