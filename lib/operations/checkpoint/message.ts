import type { HousePaths } from '../../houses/paths.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { endings } from '../progress-report/figures.ts';

/** `checkpoint: 3 done, 1 failed, queue changed`: what happened since the last one. Pure. */
export function checkpointMessage(
  events: readonly RecordedEvent[],
  changed: readonly string[],
  paths: HousePaths,
): string {
  const { done, failed } = endings(events);
  const own = new Set(changed);
  const has = (path: string) => own.has(path.slice(paths.house.length + 1));
  const below = (folder: string) => changed.some((path) => path.startsWith(folder));
  const facts = [
    ...(done > 0 ? [`${done} done`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...[
      [has(paths.queue), 'queue changed'],
      [has(paths.soul), 'charter changed'],
      [has(paths.config) || has(paths.settings), 'settings changed'],
      [below('home/memories/'), 'memories changed'],
      [below('home/reports/'), 'reported'],
    ].flatMap(([is, said]) => (is ? [String(said)] : [])),
  ];
  const files = `${changed.length} file${changed.length === 1 ? '' : 's'}`;
  return `checkpoint: ${facts.join(', ') || files}`;
}
