import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMON_OPTIONS, longName } from '../../lib/cli/command.ts';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { packageRoot } from '../../lib/core/package-root.ts';
import { EVENT_TYPES } from '../../lib/records/event.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'commands.md'), 'utf8');

/** Rows of the table under a heading's first line, as cells. */
function tableAfter(start: string): string[][] {
  const lines = page.slice(page.indexOf(start)).split('\n').slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const optionsIn = (cell: string): string[] => (cell.match(/--[a-z-]+/g) ?? []).sort();

describe('docs/commands.md', () => {
  const rows = tableAfter('| command | does |')
    .filter(([command]) => command?.startsWith('`'))
    .map(([command = '', , dry = '']) => ({
      name: command.match(/^`([a-z-]+)/)?.[1] ?? '',
      options: optionsIn(command),
      dry: dry === 'yes',
    }));
  const visible = COMMANDS.filter(({ hidden }) => !hidden);

  test('names each command once, and no other', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(visible.map(({ name }) => name).sort());
  });

  test.each(visible)('has all options of $name, and no other', ({ name, options, changes }) => {
    const row = rows.find((one) => one.name === name);
    expect(row?.options).toEqual((options ?? []).map(longName).sort());
    expect(row?.dry).toBe(changes === true);
  });

  test('has the options that all share', () => {
    const shared = tableAfter('| option | means |').flatMap(([option = '']) => optionsIn(option));
    expect(shared.sort()).toEqual(COMMON_OPTIONS.map(longName).sort());
  });

  test('lists the events', () => {
    const types = page.match(/Types: (.*)\. Meet an unknown/)?.[1] ?? '';
    const named = [...types.matchAll(/`([a-z_.]+)`/g)].map(([, type]) => type);
    expect(named).toEqual([...EVENT_TYPES]);
  });
});
