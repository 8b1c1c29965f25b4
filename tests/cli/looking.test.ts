import { expect, test } from 'vitest';
import { task, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { treeOf } from '../support/tree.ts';

test.each([
  ['status'],
  ['status', '--json'],
  ['list'],
  ['log'],
  ['history'],
  ['explain', 'T-1'],
  ['show', 'T-1'],
  ['alerts'],
  ['gateway', 'status'],
  ['gateway', 'start', '--dry-run'],
  ['dispatch', '--dry-run'],
  ['task-monitor', '--dry-run'],
])('`%s %s` makes nothing in a house that nobody lived in yet', (...argv) => {
  const house = testHouse(task('T-1', 'true'), {
    settings: 'queue: {adopted: true}\ngateway: {port: 28799}\n',
  });
  const before = treeOf(house.root);
  const { status, stderr } = robed([...argv.filter(Boolean), '--root', house.root]);
  expect(status, stderr).toBe(0);
  expect(treeOf(house.root)).toEqual(before);
});
