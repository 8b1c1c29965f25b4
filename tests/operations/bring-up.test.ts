import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../lib/core/clock.ts';
import { stopOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import { readBringUp } from '../../lib/operations/bring-up-store.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import type { Half } from '../../lib/operations/gateways.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { planTick } from '../../lib/operations/plan-tick.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { tick } from '../../lib/operations/tick.ts';
import { processState, self } from '../../lib/platform/identity.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { type Behaviour, fakeOpenclaw, QUICK } from '../support/fake-openclaw.ts';
import { freePort, squat } from '../support/free-port.ts';
import { settableClock } from '../support/house.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;

/** Never gets up. */
const STUCK: Behaviour = { listens: null, started: null };

const fails = (line: string): Behaviour => ({ ...STUCK, ends: { after: 0, line } });

const byAgent = (id: string, fields: string[] = []) =>
  task(id, 'true', ['Body: hermes', ...fields]);

/** Its runners are nobody: what is claimed stays so. */
const openAt = ({ root, name }: TestHouse, clock: Clock) =>
  openHouse(root, name, { clock, environment: process.env, launch: async () => self() });

/** A house with a robe, or a body's gateway that `gateway` starts; its Hermes is never really run. */
async function wearing(
  queue: string,
  { robe, gateway, more = '' }: { robe?: Behaviour; gateway?: string; more?: string },
) {
  const program = join(mkdtempSync(join(tmpdir(), 'robed-fake-')), 'hermes');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  const port = await freePort();
  const robeLine = robe
    ? `robe: {port: ${port}, patience: 60s, program: ${fakeOpenclaw(robe)}}\n`
    : '';
  const gatewayLine = gateway === undefined ? '' : `gateway: {port: ${port}, patience: 60s}\n`;
  const bodies = `bodies: {allow: [shell, hermes, openclaw], hermes: {program: ${program}}, openclaw: {program: ${program}}}\n`;
  const settings = `queue: {adopted: true}\nconcurrency: 4\n${bodies}${robeLine}${gatewayLine}${more}`;
  const house = testHouse(queue, { settings });
  if (gateway !== undefined) {
    writeFileSync(house.paths.startGateway, `#!/bin/sh\n${gateway}\n`);
    chmodSync(house.paths.startGateway, 0o755);
  }
  const clock = settableClock();
  const context = await openAt(house, clock);
  onTestFinished(async () => {
    await stopOpenClaw(context.house, { clock, environment: process.env, sleep });
    closeHouse(context);
  });
  return {
    ...{ house, clock, context, port },
    dispatch: () => reconcile(context, { claim: true }),
    /** As cron's; the house's time passes so many times faster than ours. */
    tick: (speed: number) =>
      tick(context, { claim: true }, async (ms) => {
        await sleep(ms / speed);
        clock.advance(ms);
      }),
    known: (half: Half) => readBringUp(context.db, half),
    events: () =>
      readEvents(context.db).flatMap(({ type, data }) =>
        type.startsWith('gateway.') || type === 'system.warning'
          ? [`${type} ${data['gateway'] ?? ''}`.trim()]
          : [],
      ),
    /** Until the process that was started is gone. */
    async ends() {
      const known = readBringUp(context.db, 'robe');
      const pid = known?.phase === 'starting' ? known.pid : null;
      await until('it ends', () => pid !== null && (processState(pid)?.zombie ?? true));
    },
  };
}

const claimed = ({ claimed: runs }: { claimed: { task: string }[] }) => runs.map((run) => run.task);

it('starts nothing and asks nobody where there is nothing to claim', async () => {
  const { dispatch, house, events, port } = await wearing('# Work queue\n', { robe: QUICK });
  const { requests } = await squat(port, '');
  await dispatch();
  expect(existsSync(house.paths.robe)).toBe(false);
  expect([requests(), events()]).toEqual([0, []]);
});

it.each([
  ['a paused queue', '---\npaused: true\n---\n', ''],
  ['a paused house', '', 'paused: true\n'],
])('starts nothing for %s', async (_what, front, more) => {
  const { dispatch, house } = await wearing(`${front}${byAgent('T-1')}`, { robe: QUICK, more });
  expect((await dispatch()).claimed).toEqual([]);
  expect(existsSync(house.paths.robe)).toBe(false);
});

it('starts nothing that house.yaml leaves to a person', async () => {
  const { dispatch, house, context } = await wearing(byAgent('T-1'), { robe: QUICK });
  const { robe } = context.house.settings;
  if (robe) robe.start = 'manual';
  expect(claimed(await dispatch())).toEqual(['T-1']);
  expect(existsSync(house.paths.robe)).toBe(false);
});

it('starts nothing in a reconcile that claims nothing', async () => {
  const { context, house } = await wearing(byAgent('T-1'), { robe: QUICK });
  await reconcile(context, { claim: false });
  expect(existsSync(house.paths.robe)).toBe(false);
});

it('brings the robe up first, and dispatches in the same tick', async () => {
  const { tick: fire, events } = await wearing(byAgent('T-1'), {
    robe: { listens: 200, started: 600 },
  });
  const done = await fire(1);
  expect(done.actions.map((action) => action.replace(/ claimed as .*/, ' claimed'))).toEqual(
    expect.arrayContaining(['starts the robe', 'the robe is up', 'T-1: claimed']),
  );
  expect(claimed(done)).toEqual(['T-1']);
  expect(events()).toEqual(['gateway.starting robe', 'gateway.started robe']);
});

it('does not wait in a reconcile: the claims of agents do, those of others go ahead', async () => {
  const { dispatch, events } = await wearing(`${byAgent('T-1')}\n${task('T-2', 'true')}`, {
    robe: STUCK,
  });
  const done = await dispatch();
  expect(claimed(done)).toEqual(['T-2']);
  expect([...done.held]).toMatchObject([['T-1', { half: 'robe', starting: true, again: 1000 }]]);
  expect(events()).toEqual(['gateway.starting robe']);
});

it('explains what a task waits for, and foresees what a dispatch would start', async () => {
  const { dispatch, context, clock, house } = await wearing(byAgent('T-1'), { robe: STUCK });
  await reconcile(context, { claim: false });
  expect((await explainTask(context, 'T-1')).waiting).toMatchObject([
    { code: 'gateway', message: expect.stringContaining('a dispatch starts the robe first') },
  ]);
  expect((await planTick(context, { claim: true })).join()).toContain('hold T-1');
  expect(existsSync(house.paths.robe)).toBe(false);
  await dispatch();
  clock.advance(12_000);
  const { waiting, verdict } = await explainTask(context, 'T-1');
  expect(waiting.map(({ message }) => message)).toEqual([
    'waits for the robe to come up (starting for 12s)',
  ]);
  expect(verdict).toBe('one thing holds it back');
});

it('lets an agent go ahead, with a warning, once the patience for its robe is over', async () => {
  const { dispatch, clock, events, known, context } = await wearing(byAgent('T-1'), {
    robe: STUCK,
  });
  await dispatch();
  clock.advance(MINUTE + 1);
  expect(claimed(await dispatch())).toEqual(['T-1']);
  expect(events()).toEqual(['gateway.starting robe', 'gateway.failed robe', 'system.warning']);
  expect(known('robe')).toMatchObject({ phase: 'failed', failures: 1 });
  expect(viewHouse(context).needsYou).toMatchObject([
    { code: 'gateway', message: expect.stringContaining('the robe could not be brought up') },
  ]);
});

it('waits in one tick no longer than patience', async () => {
  const { tick: fire } = await wearing(byAgent('T-1'), { robe: STUCK });
  expect(claimed(await fire(100))).toEqual(['T-1']);
});

it('backs off from a robe that ends at once, and keeps its last line', async () => {
  const { dispatch, clock, known, events, ends } = await wearing(byAgent('T-1'), {
    robe: fails('no such model'),
  });
  await dispatch();
  await ends();
  await dispatch();
  expect(known('robe')).toMatchObject({
    ...{ phase: 'failed', failures: 1, nextTry: clock.now() + MINUTE },
    reason: 'it ended before it answered; its last line: no such model',
  });
  expect(events()).toEqual(['gateway.starting robe', 'gateway.failed robe', 'system.warning']);
});

it('quotes no line of an earlier start', async () => {
  const { dispatch, house, known, ends } = await wearing(byAgent('T-1'), { robe: fails('') });
  writeFileSync(join(house.paths.logs, 'robe.log'), 'of last week\n');
  await dispatch();
  await ends();
  await dispatch();
  expect(known('robe')).toMatchObject({ reason: 'it ended before it answered' });
});

it('tries again after the back-off, and not before', async () => {
  const now = Date.now();
  const at = (ms: number) => [`Not before: ${new Date(now + ms).toISOString().slice(0, 19)}Z`];
  const queue = [byAgent('T-1'), byAgent('T-2', at(MINUTE / 2)), byAgent('T-3', at(2 * MINUTE))];
  const { dispatch, clock, known, ends } = await wearing(queue.join('\n'), {
    robe: fails('no such model'),
  });
  await dispatch();
  await ends();
  expect(claimed(await dispatch())).toEqual(['T-1']);
  clock.advance(MINUTE - 1000);
  expect(claimed(await dispatch())).toEqual(['T-2']);
  expect(known('robe')).toMatchObject({ phase: 'failed', failures: 1 });
  clock.advance(2 * MINUTE);
  expect(claimed(await dispatch())).toEqual(['T-3']);
  expect(known('robe')).toMatchObject({ phase: 'starting', failures: 1 });
});

it('never starts a robe where somebody else has its port', async () => {
  const { dispatch, house, port, known } = await wearing(byAgent('T-1'), { robe: QUICK });
  await squat(port, '{"ok":true,"status":"live"}');
  expect(claimed(await dispatch())).toEqual(['T-1']);
  expect(existsSync(house.paths.robe)).toBe(false);
  expect(known('robe')).toMatchObject({ reason: expect.stringContaining('is taken by process') });
});

it('counts a robe without a program as failed, and stops no work', async () => {
  const { dispatch, context, known } = await wearing(byAgent('T-1'), { robe: QUICK });
  const { robe } = context.house.settings;
  if (robe) robe.program = 'openclaw-of-nobody';
  expect(claimed(await dispatch())).toEqual(['T-1']);
  expect(known('robe')).toMatchObject({ reason: 'there is no program openclaw-of-nobody' });
});

it("Hermes' tasks wait for its gateway, told why, and go one-shot after three failures", async () => {
  const { dispatch, clock, known, context, events } = await wearing(byAgent('T-1'), {
    gateway: 'echo "no key in config.yaml"; exit 78',
  });
  for (let failures = 1; failures <= 3; failures++) {
    expect(claimed(await dispatch())).toEqual([]);
    await until('it fails', async () => {
      await dispatch();
      return known('body')?.phase === 'failed';
    });
    expect(known('body')).toMatchObject({ failures });
    if (failures === 3) break;
    const { waiting } = await explainTask(context, 'T-1');
    expect(waiting[0]?.message).toContain('no key in config.yaml');
    clock.advance(2 ** failures * MINUTE);
  }
  expect(context.db.prepare('SELECT task FROM runs').all()).toMatchObject([{ task: 'T-1' }]);
  expect(events().slice(-2)).toEqual(['gateway.failed body', 'system.warning']);
});

it('of two ticks at once one starts the robe', async () => {
  const { house, context, clock, events } = await wearing(byAgent('T-1'), { robe: STUCK });
  const second = await openAt(house, clock);
  onTestFinished(() => closeHouse(second));
  await Promise.all([context, second].map((one) => reconcile(one, { claim: true })));
  expect(events()).toEqual(['gateway.starting robe']);
});
