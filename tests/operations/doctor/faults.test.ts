import { expect, test } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { CHECKS } from '../../../lib/operations/doctor/registry.ts';
import { FOUNDING_FAULTS } from './founding-faults.ts';
import { HOUSE_FAULTS } from './house-faults.ts';
import { healthyHousehold } from './household.ts';
import { SETTING_FAULTS } from './setting-faults.ts';

const FAULTS = [...FOUNDING_FAULTS, ...SETTING_FAULTS, ...HOUSE_FAULTS];

for (const { fault, plant, finds, says } of FAULTS) {
  test(`${fault} is found, and nothing else`, async () => {
    const household = await healthyHousehold();
    await plant(household);
    const found = await household.troubles();
    const said = found.map(({ level, wizard, name }) => `${level} ${wizard ?? '-'} ${name}`);
    expect(said.sort()).toEqual(finds.toSorted());
    expect(found.map(({ message }) => message).join('\n')).toMatch(says);
    for (const { level, name, fix } of found) {
      expect(fix).toMatch(/\S/);
      expect(CHECKS.find((check) => check.name === name)?.levels).toContain(level);
    }
    const typed = found.flatMap(({ fix }) => [...(fix ?? '').matchAll(/\brobed ([a-z][a-z-]+)/g)]);
    const commands = COMMANDS.map(({ name }) => name);
    expect(
      typed.map(([, command]) => command).filter((one) => !commands.includes(one ?? '')),
    ).toEqual([]);
  });
}

test('every check has a fault that proves it', () => {
  const proved = new Set(FAULTS.flatMap(({ finds }) => finds.map((one) => one.split(' ')[2])));
  expect(CHECKS.map(({ name }) => name).filter((name) => !proved.has(name))).toEqual([]);
});
