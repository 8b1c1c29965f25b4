import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { provision } from '../../lib/operations/provision.ts';
import { emptyHousehold } from '../support/empty-household.ts';

async function founded(): Promise<string> {
  const root = emptyHousehold();
  const options = { clock: systemClock, environment: process.env, dryRun: false, crontab: false };
  await provision(root, 'ezra', {}, options);
  return root;
}

/** A program that says how it was called. */
function fakeHermes(codebase: string): void {
  mkdirSync(join(codebase, 'bin'), { recursive: true });
  const program = join(codebase, 'bin', 'hermes');
  writeFileSync(program, '#!/bin/sh\npwd\necho "$@"\nenv\n');
  chmodSync(program, 0o755);
}

const start = (root: string, env: Record<string, string> = {}) =>
  spawnSync(join(root, 'wizards/ezra/start-gateway.sh'), [], {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });

test('it starts the gateway in its own home, whatever its parent exports', async () => {
  const root = await founded();
  fakeHermes(join(root, 'hermes-agent'));
  const house = join(root, 'wizards/ezra');
  const { status, stdout } = start(root, {
    HERMES_HOME: '/elsewhere',
    HERMES_PROFILE: 'x',
    API_SERVER_PORT: '8642',
    API_SERVER_KEY: 'k',
    CUSTOM_BASE_URL: 'http://x',
    TELEGRAM_BOT_TOKEN: '1:a',
    ROBED_RUN: 'r-1',
    CDPATH: '/tmp',
    KEPT: 'a\nHERMES_IN_A_VALUE=1',
  });
  expect(status).toBe(0);
  const [cwd, said, ...env] = stdout.split('\n');
  expect([cwd, said]).toEqual([join(house, 'workspace'), 'gateway run']);
  expect(env).toContain(`HERMES_HOME=${join(house, 'home')}`);
  expect(env).toContain('ROBED_RUN=gateway');
  expect(env).toContain('KEPT=a');
  expect(stdout).not.toMatch(/HERMES_PROFILE|API_SERVER|CUSTOM_BASE_URL|TELEGRAM/);
});

test('its own codebase comes before the shared one, and both go with the household', async () => {
  const root = await founded();
  fakeHermes(join(root, 'hermes-agent'));
  fakeHermes(join(root, 'wizards/ezra/hermes-agent/venv'));
  expect(start(root).stdout).toContain(`PATH=${root}/wizards/ezra/hermes-agent/venv/bin:`);
  rmSync(join(root, 'wizards/ezra/hermes-agent'), { recursive: true });
  const moved = join(emptyHousehold(), 'moved here');
  renameSync(root, moved);
  const { status, stdout } = start(moved);
  expect(status).toBe(0);
  expect(stdout).toContain(`HERMES_HOME=${moved}/wizards/ezra/home`);
});

test('without a Hermes it says where it looked, and ends with 78', async () => {
  const root = await founded();
  const { status, stderr } = start(root);
  expect(status).toBe(78);
  expect(stderr).toContain(join(root, 'wizards/ezra/hermes-agent'));
  expect(stderr).toContain('robed body install hermes');
});
