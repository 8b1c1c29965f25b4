import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freePort, squat } from '../support/free-port.ts';
import { type TestHouse, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { robed } from '../support/robed.ts';

function house(port: number, script = 'echo "no such model" >&2; exit 3'): TestHouse {
  const settings = `queue: {adopted: true}\ngateway: {port: ${port}, patience: 20s}\n`;
  const made = testHouse('# Queue\n', { settings });
  mkdirSync(made.paths.workspace, { recursive: true });
  writeFileSync(made.paths.env, 'API_SERVER_KEY=key-0123456789abcdef\n', { mode: 0o600 });
  writeFileSync(made.paths.startGateway, `#!/bin/sh\n${script}\n`);
  chmodSync(made.paths.startGateway, 0o755);
  return made;
}

const gateway = (root: string, ...argv: string[]) => robed(['gateway', ...argv, '--root', root]);

it('shows each gateway, and ends well also where none runs', async () => {
  const port = await freePort();
  const { root } = house(port);
  const { status, stdout } = gateway(root, 'status');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^wizard +gateway +state +pid +port +version +up for +what was seen\n/);
  expect(stdout).toMatch(new RegExp(`^ezra +body +stopped +– +${port} .*nothing listens`, 'm'));
  const row = {
    wizard: 'ezra',
    gateway: 'body',
    state: 'stopped',
    detail: `nothing listens on port ${port}`,
    pid: null,
    port,
    version: null,
    since: null,
    did: null,
  };
  expect(JSON.parse(gateway(root, 'status', '--json').stdout)).toEqual({
    version: 1,
    dryRun: false,
    gateways: [row],
  });
});

it('shows the last lines of a start that failed', async () => {
  const { root, paths } = house(await freePort());
  const { status, stdout, stderr } = gateway(root, 'start');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain("the body's gateway of ezra ended before it answered");
  expect(stderr).toContain('\n    no such model\n');
  expect(stderr).toContain(`${paths.logs}/gateway.log`);
});

it('names who has the port', async () => {
  const port = await freePort();
  await squat(port, '{"platform":"webhook"}');
  // A child could not be answered by a server of this very process while it is waited for.
  const { root } = house(port);

  const { status, stderr } = await launched(root, ['gateway', 'start']);
  expect(status).toBe(1);
  expect(stderr).toContain(
    `port ${port} is taken by Hermes' webhook platform, process ${process.pid}`,
  );
});

it('starts nothing in a dry run, nor at the word of an agent', async () => {
  const { root } = house(await freePort(), 'touch started; exit 1');
  expect(gateway(root, 'start', '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("ezra: the body's gateway would be started (stopped: "),
  });
  const inside = robed(['gateway', 'stop', '--root', root], { env: { ROBED_RUN: 'gateway' } });
  expect(inside).toMatchObject({ status: 1, stderr: expect.stringContaining('inside the run') });
  expect(gateway(root, 'stop')).toMatchObject({
    status: 0,
    stdout: "ezra: the body's gateway did not run\n",
  });
});

it('says what it knows where something else was typed', async () => {
  const { root } = house(await freePort());
  expect(gateway(root, 'begin')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('expected start, stop, restart, status, found "begin"'),
  });
  expect(gateway(root, 'status', '--only', 'hat').status).toBe(2);
  expect(gateway(testHouse('').root, 'start')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('no house here has a gateway'),
  });
  expect(robed(['body', 'install', 'hat', '--root', root])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('expected install hermes, found "install hat"'),
  });
});
