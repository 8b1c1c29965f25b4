import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { probeOpenClaw, startOpenClaw, stopOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import { fakeOpenclaw, QUICK } from '../support/fake-openclaw.ts';
import { freePort } from '../support/free-port.ts';
import { testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';

it('status shows robe and body of a house that has them, and of no other', async () => {
  const [robe, body] = [await freePort(), await freePort()];
  const settings = `robe: {port: ${robe}, program: ${fakeOpenclaw(QUICK)}}\ngateway: {port: ${body}}\n`;
  const { root } = testHouse('# Work queue\n', { settings });
  testHouse('# Work queue\n', { root, name: 'plain' });
  const status = (...flags: string[]) => robed(['status', '--root', root, ...flags]).stdout;
  expect(status()).toBe(
    [
      'ezra: no tasks',
      '  state      dead: nothing running',
      `  robe       stopped: nothing listens on port ${robe}`,
      `  body       stopped: nothing listens on port ${body}`,
      'plain: no tasks',
      '',
    ].join('\n'),
  );

  const house = await loadHouse(root, 'ezra');
  const deps = { clock: systemClock, environment: process.env, sleep };
  onTestFinished(async () => void (await stopOpenClaw(house, deps)));
  const pid = await startOpenClaw(house, deps);
  await until('it is up', async () => (await probeOpenClaw(house, deps)).state === 'running');
  expect(JSON.parse(status('--json'))).toMatchObject({
    wizards: [
      {
        state: {
          name: 'lobster',
          robe: { state: 'running', pid, version: '2026.9.6' },
          body: { state: 'stopped' },
        },
      },
      { state: null },
    ],
  });
});
