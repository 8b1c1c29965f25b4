import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HousePaths, housePaths } from '../../lib/houses/paths.ts';

export interface TestHouse {
  root: string;
  name: string;
  paths: HousePaths;
  queue(): string;
  /** The id's status as the queue says it, in the canonical form. */
  status(id: string): string | undefined;
}

const SETTINGS = 'queue: {adopted: true}\nbackoff: 50ms\nbodies: {allow: [shell, external]}\n';

/** A household of one adopted house with this queue, gone when the test has finished. */
export function testHouse(
  queue: string,
  {
    settings = SETTINGS,
    name = 'ezra',
    root = newRoot(),
  }: { settings?: string; name?: string; root?: string } = {},
): TestHouse {
  const placed = /^\s*path: (\S+)$/m.exec(settings)?.[1];
  const paths = housePaths(
    join(root, 'wizards', name),
    placed === undefined ? {} : { queue: placed },
  );
  mkdirSync(join(paths.queue, '..'), { recursive: true });
  mkdirSync(paths.home, { recursive: true, mode: 0o700 });
  writeFileSync(paths.settings, settings);
  writeFileSync(paths.queue, queue);
  const read = () => readFileSync(paths.queue, 'utf8');
  return {
    root,
    name,
    paths,
    queue: read,
    status: (id) =>
      new RegExp(`^### ${id}:.*\\n- \\*\\*Status:\\*\\* (\\S+)`, 'm').exec(read())?.[1],
  };
}

function newRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-household-')));
  onTestFinished(() =>
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  );
  return root;
}

/** A task in the canonical form; `fields` such as `Attempts: 1`. */
export function task(id: string, script: string, fields: string[] = []): string {
  const lines = ['Status: PENDING', ...fields].map((field) => {
    const colon = field.indexOf(':');
    return `- **${field.slice(0, colon)}:**${field.slice(colon + 1)}`;
  });
  return `### ${id}: Task ${id}\n${lines.join('\n')}\n\n\`\`\`sh\n${script}\n\`\`\`\n`;
}
