import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { alertsSoon } from '../../../lib/operations/alerts/alerts-soon.ts';
import { recordEvent } from '../../../lib/records/event-store.ts';
import { emptyHousehold } from '../../support/household-database.ts';
import { listener } from '../../support/listener.ts';
import { manualTime } from '../../support/manual-timer.ts';
import { until } from '../../support/until.ts';

async function watching(statuses: number[] = []) {
  const { url, heard } = await listener(() => ({ status: statuses.shift() ?? 200 }));
  const { root, db } = emptyHousehold();
  const time = manualTime();
  const troubles: unknown[] = [];
  const means = { clock: time.clock, environment: {}, sleep };
  const alerts = alertsSoon(root, means, time.timer, (error) => troubles.push(error));
  return {
    ...time,
    alerts,
    heard,
    troubles,
    settings: (text = `alerts: {to: [{webhook: "${url}"}]}`) =>
      writeFileSync(join(root, 'robed.yaml'), text),
    down: (service: string) =>
      recordEvent(db, time.clock.now(), { type: 'service.down', data: { service } }),
  };
}

test('however many events, one round follows, and the next a minute later', async () => {
  const { settings, alerts, down, pass, waits, heard } = await watching();
  settings();
  for (const service of ['a', 'b', 'c']) {
    down(service);
    alerts.wake();
  }
  expect(waits()).toEqual([1000]);
  pass(1000);
  await until('the round', () => heard.length === 3);
  down('d');
  await until('the next to be set', () => {
    alerts.wake();
    return waits().length > 0;
  });
  expect(waits()).toEqual([60_000]);
  pass(60_000);
  await until('the next round', () => heard.length === 4);
});

test('what a sink did not take is tried again without another event', async () => {
  const { settings, alerts, down, pass, waits, heard } = await watching([500]);
  settings();
  down('a');
  alerts.wake();
  pass(1000);
  await until('the next to be set', () => waits().length > 0);
  pass(60_000);
  await until('the next round', () => heard.length === 2);
});

test('without a robed.yaml nothing is even set, and nothing once it is closed', async () => {
  const { settings, alerts, waits } = await watching();
  alerts.wake();
  expect(waits()).toEqual([]);
  settings();
  alerts.wake();
  alerts.close();
  expect(waits()).toEqual([]);
  alerts.wake();
  expect(waits()).toEqual([]);
});

test('a robed.yaml that can’t be read is trouble, and no end', async () => {
  const { settings, alerts, pass, troubles, waits } = await watching();
  settings('alerts: [');
  alerts.wake();
  pass(1000);
  await until('the trouble', () => troubles.length === 1);
  alerts.wake();
  expect(waits()).toEqual([60_000]);
});
