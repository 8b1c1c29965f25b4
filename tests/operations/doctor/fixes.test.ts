import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { healthyHousehold } from './household.ts';

const KEY = `API_SERVER_KEY=${'e'.repeat(32)}`;

/** The one thing that is wrong, mended by what the doctor says to type; what is wrong then. */
async function typed(
  env: string,
  check: string,
  look: (file: string) => void = () => {},
): Promise<string[]> {
  const household = await healthyHousehold();
  household.write('wizards/ezra/home/.env', env, 0o600);
  const [found, ...more] = await household.troubles();
  expect([found?.name, more]).toEqual([check, []]);
  const line = (found?.fix ?? '').replace(/^take the line out: /, '');
  const file = join(household.root, 'wizards/ezra/home/.env');
  look(file);
  execFileSync('sh', ['-c', line]);
  look(file);
  return (await household.troubles()).map(({ name }) => name);
}

test('the line that makes a key works behind a last line without an end', async () => {
  expect(await typed('OTHER=x', 'gateway-key')).toEqual([]);
});

test('the line that takes a byte order mark out leaves the variables, and the file its owner’s', async () => {
  const inodes: number[] = [];
  const left = await typed(`\ufeff${KEY}\n`, 'env-file', (file) => {
    inodes.push(statSync(file).ino);
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith('.env'))).toEqual(['.env']);
  });
  expect(left).toEqual([]);
  expect(inodes[1]).toBe(inodes[0]);
});

test.each([
  'API_SERVER_PORT=28743',
  'export API_SERVER_PORT = 28743',
  "\texport\tAPI_SERVER_PORT='28743'",
])('the line that takes out an override works for “%s”', async (line) => {
  expect(await typed(`${KEY}\n${line}\n`, 'env-overrides')).toEqual([]);
});
