import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { packageRoot } from '../../lib/core/package-root.ts';
import { houseNames, loadHouse } from '../../lib/houses/household.ts';
import { startOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import { portsInUse } from '../../lib/houses/ports.ts';
import { provision } from '../../lib/operations/provision.ts';
import { planRetirement, retireHouse } from '../../lib/operations/retire.ts';
import { installUnits, unitsOf } from '../../lib/operations/systemd.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { identify, liveness } from '../../lib/platform/identity.ts';
import { acquireLock } from '../../lib/platform/lock.ts';
import { endGroup, processesOfRun } from '../../lib/platform/process-group.ts';
import { emptyHousehold } from '../support/empty-household.ts';
import { fakeCrontab } from '../support/fake-crontab.ts';
import { fakeOpenclaw, QUICK } from '../support/fake-openclaw.ts';
import { freePort } from '../support/free-port.ts';
import { task } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { treeOf } from '../support/tree.ts';
import { until } from '../support/until.ts';

const clock = systemClock;
/** Read by every look, and locks that it takes. */
const RECORDS = /house\.db|\.provision/;
const OTHERS = 'MAILTO=me\n0 3 * * * backup\n';

async function founded(...names: string[]) {
  const root = emptyHousehold();
  const cron = fakeCrontab(OTHERS);
  const options = { clock, environment: cron.environment };
  for (const name of names) {
    await provision(root, name, {}, { ...options, dryRun: false, crontab: true });
  }
  return { root, cron, options };
}

test('a house goes whole, and its name, its port and its lines in the crontab are free', async () => {
  const { root, cron, options } = await founded('ezra', 'timmy');
  writeFileSync(join(root, 'wizards/ezra/workspace/page.html'), 'kept');
  expect(cron.read()).toContain(`robed: ezra (root ${root})`);
  const { to } = await retireHouse(root, 'ezra', options);
  expect(to).toBe(join(root, 'retired/ezra'));
  expect(houseNames(root)).toEqual(['timmy']);
  expect(existsSync(join(root, 'wizards/ezra'))).toBe(false);
  expect(readFileSync(join(to, 'workspace/page.html'), 'utf8')).toBe('kept');
  expect(existsSync(join(to, 'home/.env'))).toBe(true);
  expect(cron.read()).not.toContain('ezra');
  expect(cron.read()).toContain('robed: timmy');
  expect(cron.read().startsWith(OTHERS)).toBe(true);
  expect(portsInUse(root).some(({ port }) => port === 8742)).toBe(false);
});

test('what runs in it is stopped, and its task waits', async () => {
  const { root, options } = await founded('ezra');
  const queue = 'home/WORK-QUEUE.md';
  writeFileSync(join(root, 'wizards/ezra', queue), task('TASK-001', 'touch begun; sleep 300'));
  expect(robed(['dispatch', '--root', root]).status).toBe(0);
  await until('the work', () => existsSync(join(root, 'wizards/ezra/workspace/begun')));
  const planned = await planRetirement(root, 'ezra', options);
  expect(planned.stopped).toEqual(['TASK-001']);
  const { to, stopped } = await retireHouse(root, 'ezra', options);
  expect(stopped).toEqual(['TASK-001']);
  expect(readFileSync(join(to, queue), 'utf8')).toContain('**Status:** PENDING');
  const runs = readdirSync(join(to, 'logs/runs'));
  expect(runs).toHaveLength(1);
  expect(runs.flatMap((run) => processesOfRun(run))).toEqual([]);
});

test.each([
  ['', (text: string) => text],
  [', one that house.yaml names no more too', (text: string) => text.replace(/^robe: .*\n/m, '')],
])('its robe is stopped%s', async (_, change) => {
  const { root, options } = await founded('ezra');
  const settings = join(root, 'wizards/ezra/house.yaml');
  const robe = `robe: {port: ${await freePort()}, program: ${fakeOpenclaw(QUICK)}}\n`;
  writeFileSync(settings, `${readFileSync(settings, 'utf8')}${robe}`);
  const pid = await startOpenClaw(await loadHouse(root, 'ezra'), options);
  const identity = identify(pid);
  if (identity === null) throw new Error('expected a robe');
  onTestFinished(async () => void (await endGroup(identity, { graceMs: 0, sleep })));
  writeFileSync(settings, change(readFileSync(settings, 'utf8')));
  await retireHouse(root, 'ezra', options);
  expect(liveness(identity)).toBe('dead');
});

test('a name that was retired before gets the day to it', async () => {
  const { root, options } = await founded('ezra');
  await retireHouse(root, 'ezra', options);
  await provision(root, 'ezra', {}, { ...options, dryRun: false, crontab: false });
  const { to } = await retireHouse(root, 'ezra', options);
  expect(to).toMatch(/retired\/ezra-\d{4}-\d\d-\d\d$/);
  await provision(root, 'ezra', {}, { ...options, dryRun: false, crontab: false });
  expect((await retireHouse(root, 'ezra', options)).to).toMatch(/ezra-\d{4}-\d\d-\d\d-2$/);
  expect(existsSync(join(root, 'retired/ezra/house.yaml'))).toBe(true);
});

test('what it would do is shown, and not done', async () => {
  const { root, cron, options } = await founded('ezra');
  await planRetirement(root, 'ezra', options);
  const before = [treeOf(root, /house\.db/), cron.read()];
  const planned = await planRetirement(root, 'ezra', options);
  expect([treeOf(root, /house\.db/), cron.read()]).toEqual(before);
  expect(planned).toMatchObject({
    from: join(root, 'wizards/ezra'),
    to: join(root, 'retired/ezra'),
  });
  expect(planned.crontab?.after).toBe(OTHERS);
});

test('a house that another has its Hermes in stays', async () => {
  const { root, options } = await founded('ezra', 'timmy');
  mkdirSync(join(root, 'wizards/ezra/hermes-agent'));
  symlinkSync('../ezra/hermes-agent', join(root, 'wizards/timmy/hermes-agent'));
  await expect(retireHouse(root, 'ezra', options)).rejects.toThrow('timmy has its Hermes in');
  rmSync(join(root, 'wizards/timmy/hermes-agent'));
  writeFileSync(join(root, 'robed.yaml'), 'codebase: wizards/ezra/hermes-agent\n');
  await expect(retireHouse(root, 'ezra', options)).rejects.toThrow('the household has its Hermes');
  expect(readFileSync(join(root, 'wizards/ezra/house.yaml'), 'utf8')).not.toContain('paused');
});

test('what can’t be paused, or not be moved whole, is told before anything is stopped', async () => {
  const { root, cron, options } = await founded('ezra');
  const refused = async (words: string, ...inTheWay: string[]) => {
    const before = [treeOf(join(root, 'wizards'), RECORDS), cron.read()];
    await expect(planRetirement(root, 'ezra', options)).rejects.toThrow(words);
    await expect(retireHouse(root, 'ezra', options)).rejects.toThrow(words);
    expect([treeOf(join(root, 'wizards'), RECORDS), cron.read()]).toEqual(before);
    for (const path of inTheWay) rmSync(path);
  };
  const retired = join(root, 'retired');
  writeFileSync(retired, '');
  await refused('expected a folder for retired houses', retired);
  symlinkSync('/nowhere/at/all', retired);
  await refused('expected a folder for retired houses', retired);
  symlinkSync('/proc', retired);
  await refused('on the filesystem of ezra', retired);
  const settings = join(root, 'wizards/ezra/house.yaml');
  writeFileSync(settings, '{queue: {adopted: true}}\n');
  await refused('expected settings one a line');
  writeFileSync(settings, '{queue: {adopted: true}, paused: true}\n');
  mkdirSync(retired);
  symlinkSync('/nowhere/at/all', join(retired, 'ezra'));
  const { to } = await retireHouse(root, 'ezra', options);
  expect(to).toMatch(/retired\/ezra-\d{4}-\d\d-\d\d$/);
  expect(existsSync(join(to, 'home/SOUL.md'))).toBe(true);
});

/** `script` with `argv`, where it may mount. */
const apart = (script: string, argv: string[] = []) =>
  spawnSync('sh', ['-c', `exec unshare -rm sh -ec '${script}' sh "$@"`, 'sh', ...argv], {
    encoding: 'utf8',
  });

const MAY_MOUNT = apart('true').status === 0;

test.runIf(MAY_MOUNT).each(['wizards/ezra', 'wizards', 'retired'])(
  'where %s is a mount of its own, though of the same filesystem, it is told too',
  async (path) => {
    const { root } = await founded('ezra');
    mkdirSync(join(root, 'retired'));
    const module = join(packageRoot(), 'lib/houses/retire.ts');
    const look = `import(${JSON.stringify(module)}).then((retire) =>
      console.log(retire.retiredPath(${JSON.stringify(root)}, 'ezra', '2026-11-21')))`;
    const script = 'if [ -n "$1" ]; then mount --bind "$1" "$1"; fi; exec "$2" -e "$3"';
    const looked = (mount: string) => apart(script, [mount, process.execPath, look]);
    expect(looked('').stdout).toBe(`${join(root, 'retired/ezra')}\n`);
    const { stdout, stderr } = looked(join(root, path));
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('moves whole')]);
  },
);

test('a house that is watched stays, paused', async () => {
  const { root, options } = await founded('ezra');
  const lock = await acquireLock(join(root, 'wizards/ezra/home/.watcher'), {
    what: 'start',
    clock,
  });
  if (!('release' in lock)) throw new Error('expected the lock');
  onTestFinished(() => lock.release());
  await expect(retireHouse(root, 'ezra', options)).rejects.toThrow('robed start');
  expect((await loadHouse(root, 'ezra')).settings.paused).toBe(true);
});

test('its systemd units go with it', async () => {
  const { root, options } = await founded('ezra', 'timmy');
  const dir = join(options.environment['XDG_CONFIG_HOME'] ?? '', 'systemd/user');
  for (const name of ['ezra', 'timmy']) await installUnits(root, name, options);
  await retireHouse(root, 'ezra', options);
  expect(readdirSync(dir).filter((unit) => unit.includes('ezra'))).toEqual([]);
  expect(unitsOf(root, 'timmy', options.environment)).not.toEqual([]);
});

test('torn markers in the crontab stop it before anything is moved', async () => {
  const { root, options } = await founded('ezra');
  const torn = fakeCrontab(`# >>> robed: ezra (root ${root}) >>>\n`);
  const given = { ...options, environment: torn.environment };
  await expect(retireHouse(root, 'ezra', given)).rejects.toThrow();
  expect(houseNames(root)).toEqual(['ezra']);
});

test('killed before any step, it is retired again to the same end', {
  timeout: 120_000,
}, async () => {
  onTestFinished(() => armFaults(null));
  for (let at = 1; ; at += 3) {
    const { root, cron, options } = await founded('ezra');
    let count = 0;
    armFaults((_, path) => {
      // Locks of a dead process are nobody's; ours would still be held.
      if (/\.provision(\.|$)|\.watcher|\.crontab(\.|$)|\/(wizards|home|logs)$/.test(path)) return;
      count += 1;
      if (count >= at) throw new Error('dead');
    });
    const died = await retireHouse(root, 'ezra', options).then(
      () => false,
      () => true,
    );
    armFaults(null);
    if (houseNames(root).length > 0) await retireHouse(root, 'ezra', options);
    expect(houseNames(root), `step ${at}`).toEqual([]);
    expect(existsSync(join(root, 'retired/ezra/home/SOUL.md')), `step ${at}`).toBe(true);
    expect(cron.read(), `step ${at}`).toBe(OTHERS);
    if (!died) break;
  }
});
