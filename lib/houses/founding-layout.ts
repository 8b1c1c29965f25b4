import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Where a house without a house.yaml has its queue and its folders; relative to it. */
export interface FoundLayout {
  queue: string;
  work: string;
  completed: string;
}

/**
 * What stands in a folder that may be a house: the founding layout has queue, `work/` and
 * `completed/` beside `home/`, the usual one has them inside. null where there is no queue. Links
 * are nobody's layout: they may lead anywhere.
 */
export function recogniseLayout(folder: string): FoundLayout | null {
  const queue = QUEUES.find((path) => isA('file', join(folder, path)));
  if (queue === undefined) return null;
  const place = (name: string) => (isA('folder', join(folder, name)) ? name : `home/${name}`);
  return { queue, work: place('work'), completed: place('completed') };
}

const QUEUES = ['WORK-QUEUE.md', 'home/WORK-QUEUE.md'];

/**
 * A house.yaml that names the places, and lets Robed dispatch. `hermes`: home/ has a config.yaml of
 * Hermes, with the port of its API where it serves one.
 */
export function renderFoundSettings(
  { queue, work, completed }: FoundLayout,
  hermes: { port: number | null } | null,
): string {
  return [
    '# Made by `robed adopt`: where the parts of this house stand. docs/house.md lists every setting.',
    'queue:',
    '  adopted: true',
    `  path: ${queue}`,
    'places:',
    `  work: ${work}`,
    `  completed: ${completed}`,
    ...(hermes === null ? [] : ['bodies:', '  allow: [shell, hermes]']),
    ...(hermes?.port
      ? ['gateway:', `  port: ${hermes.port}`, '  # `auto`: dispatch starts it.', '  start: manual']
      : []),
    '',
  ].join('\n');
}

function isA(kind: 'file' | 'folder', path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return kind === 'file' ? found?.isFile() === true : found?.isDirectory() === true;
}
