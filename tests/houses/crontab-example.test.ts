import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { cronLines } from '../../lib/houses/cron-lines.ts';
import { renderBlock } from '../../lib/houses/crontab-block.ts';
import { housePaths } from '../../lib/houses/paths.ts';
import { houseSchema } from '../../lib/houses/settings.ts';

const ROOT = '/home/timmy/household';
const PROGRAM = { script: '/opt/robed/scripts/tick.sh', node: null };

/** The founding household's times, where they are not the defaults. */
const SCHEDULES: Readonly<Record<string, object>> = {
  timmy: {},
  ezra: {},
  bezalel: {},
  allegro: { dispatch: '*/20 * * * *' },
  'allegro-primus': {},
};

test('crontab/ shows what is installed for the founding household', () => {
  const blocks = Object.entries(SCHEDULES).map(([name, schedule]) => {
    const paths = housePaths(join(ROOT, 'wizards', name));
    const house = { name, root: ROOT, settings: houseSchema.parse({ schedule }), paths };
    return renderBlock(ROOT, name, cronLines(house, PROGRAM));
  });
  const example = readFileSync(join(packageRoot(), 'crontab', 'founding-household'), 'utf8');
  const [header, ...rest] = example.split('\n\n');
  expect(rest.join('\n\n')).toBe(blocks.join(''));
  for (const line of (header ?? '').split('\n')) expect(line).toMatch(/^#/);
});
