import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { identify, liveness, mayLive, processState, self } from '../../lib/platform/identity.ts';
import { runProbe } from '../../lib/platform/probe.ts';
import { spawnDetached } from '../../lib/platform/process.ts';
import { endGroup, processesOfRun } from '../../lib/platform/process-group.ts';
import { ALIVE } from '../support/alive.ts';
import { scratch } from './scratch.ts';

const linux = process.platform === 'linux';
const PATH = process.env.PATH ?? '/usr/bin:/bin';
let runs = 0;
const newRun = () => `test-${process.pid}-${++runs}`;

/** Starts a shell script the way a body is started, and ends whatever is left of it. */
async function start(
  script: string,
  extra: { stdinPath?: string; env?: Record<string, string> } = {},
) {
  const folder = scratch();
  const run = newRun();
  const out = join(folder, 'out');
  const { env, ...rest } = extra;
  const child = await spawnDetached({
    argv: ['sh', '-c', script],
    cwd: folder,
    env: { PATH, ROBED_RUN: run, ...env },
    stdoutPath: out,
    stderrPath: join(folder, 'err'),
    ...rest,
  });
  onTestFinished(async () => {
    await endGroup(child.identity, { run, graceMs: 0, sleep });
  });
  return { ...child, run, folder, out, output: () => readFileSync(out, 'utf8') };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('identity', () => {
  test('this process is alive', () => {
    expect(liveness(self())).toBe('alive');
    expect(identify(process.pid)).toEqual(self());
  });

  test('a pid that was given to another process is dead', () => {
    expect(liveness({ ...self(), start: `${self().start}1` })).toBe('dead');
    expect(mayLive({ pid: process.pid, start: '1' })).toBe(false);
  });

  test('a process of another boot is dead', () => {
    expect(liveness({ ...self(), boot: 'another' })).toBe('dead');
  });

  test('an ended process is dead, and has no identity', async () => {
    const child = await start('exit 3');
    expect(await child.exited).toEqual({ exitCode: 3, signal: null });
    expect(liveness(child.identity)).toBe('dead');
    expect(identify(child.pid)).toBeNull();
  });

  test('what is no pid proves nothing', () => {
    expect(liveness({ ...self(), pid: 0 })).toBe('unknown');
    expect(liveness({ ...self(), pid: Number.NaN })).toBe('unknown');
  });

  test.runIf(linux)('a zombie is dead', async () => {
    // The shell becomes a program that never waits for the child it had.
    const child = await start('sh -c "echo \\$\\$; read wait" & exec sleep 60', {});
    await until(() => child.output().endsWith('\n'));
    const pid = Number(child.output());
    const identity = identify(pid);
    process.kill(pid, 'SIGKILL');
    await until(() => processState(pid)?.zombie === true);
    expect(identity && liveness(identity)).toBe('dead');
  });

  test.runIf(linux)('a command name with brackets and spaces does not confuse it', async () => {
    const child = await start('printf "a) Z 1 (" >/proc/$$/comm; echo ready; read x <&2; sleep 60');
    await until(() => child.output() !== '');
    expect(readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('a) Z 1 (\n');
    expect(liveness(child.identity)).toBe('alive');
  });
});

describe('spawnDetached', () => {
  test('runs in a group of its own, with just the environment given, output appended to private files', async () => {
    const folder = scratch();
    const stdinPath = join(folder, 'in');
    writeFileSync(stdinPath, 'hello');
    const child = await start('cat; echo; env; echo oops >&2', {
      stdinPath,
      env: { ONLY: 'this' },
    });
    expect(await child.exited).toEqual({ exitCode: 0, signal: null });
    expect(child.output()).toMatch(/^hello\n/);
    expect(child.output()).toContain('ONLY=this');
    expect(child.output()).not.toContain('HOME=');
    expect(readFileSync(join(child.folder, 'err'), 'utf8')).toBe('oops\n');
    expect(statSync(child.out).mode & 0o777).toBe(0o600);
  });

  test('may write both streams to one file, after what is there', async () => {
    const folder = scratch();
    const log = join(folder, 'log');
    writeFileSync(log, 'before\n');
    const child = await spawnDetached({
      argv: ['sh', '-c', 'echo out; echo err >&2; echo out'],
      cwd: folder,
      env: { PATH },
      stdoutPath: log,
      stderrPath: log,
    });
    await child.exited;
    expect(readFileSync(log, 'utf8')).toBe('before\nout\nerr\nout\n');
  });

  test('tells the signal that ended it', async () => {
    const child = await start('kill -KILL $$');
    expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  test('says why it could not start', async () => {
    const folder = scratch();
    const paths = { stdoutPath: join(folder, 'o'), stderrPath: join(folder, 'o') };
    const none = spawnDetached({ argv: [join(folder, 'none')], cwd: folder, env: {}, ...paths });
    await expect(none).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe.runIf(linux)('endGroup', () => {
  test('asks first: a process that cleans up has time to', async () => {
    const child = await start(
      `trap "echo bye; exit 0" TERM; echo ready; while ${ALIVE}; do sleep 0.01; done`,
    );
    await until(() => child.output() !== '');
    expect(await endGroup(child.identity, { graceMs: 5000, sleep })).toEqual([]);
    expect(child.output()).toContain('bye');
  });

  test('kills who does not listen, and their children', async () => {
    const child = await start('trap "" TERM; sleep 60 & echo $!; wait; sleep 60');
    await until(() => child.output() !== '');
    const grandchild = identify(Number(child.output()));
    expect(await endGroup(child.identity, { graceMs: 40, sleep })).toEqual([]);
    expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(grandchild && liveness(grandchild)).toBe('dead');
  });

  test('ends the rest of a group whose leader is gone', async () => {
    const child = await start('sleep 60 & echo $!', { env: { ROBED_RUN: '' } });
    await child.exited;
    const orphan = identify(Number(child.output()));
    expect(orphan && liveness(orphan)).toBe('alive');
    expect(await endGroup(child.identity, { graceMs: 1000, sleep })).toEqual([]);
    expect(orphan && liveness(orphan)).toBe('dead');
  });

  test('ends a job of the session that has a group of its own', async () => {
    // timeout(1) makes a group of its own.
    const child = await start('env -u ROBED_RUN timeout 60 sleep 60 & echo $!; wait');
    await until(() => child.output() !== '');
    const job = Number(child.output());
    await until(() => processState(job)?.group === job);
    expect(await endGroup(child.identity, { graceMs: 1000, sleep })).toEqual([]);
    expect(processState(job)?.zombie ?? true).toBe(true);
  });

  test('finds by ROBED_RUN what left the group', async () => {
    const child = await start('setsid sh -c "echo \\$\\$; exec sleep 60" & wait');
    await until(() => child.output() !== '');
    const runaway = Number(child.output());
    expect(processState(runaway)?.session).toBe(runaway);
    expect(processesOfRun(child.run)).toContain(runaway);
    expect(processesOfRun(child.run.slice(0, -1))).not.toContain(runaway);
    expect(await endGroup(child.identity, { run: child.run, graceMs: 1000, sleep })).toEqual([]);
    expect(processState(runaway)?.zombie ?? true).toBe(true);
  });

  test('a zombie is nobody left to end', async () => {
    const child = await start('exec sleep 60');
    // Without a turn of the event loop we do not reap it.
    const noTurn = async () => {};
    expect(await endGroup(child.identity, { graceMs: 0, sleep: noTurn })).toEqual([]);
    expect(processState(child.pid)?.zombie).toBe(true);
  });

  test('leaves a group alone whose number went to somebody else', async () => {
    const child = await start('echo ready; sleep 60');
    const before = { ...child.identity, start: `${child.identity.start}1` };
    expect(await endGroup(before, { graceMs: 0, sleep })).toEqual([]);
    expect(liveness(child.identity)).toBe('alive');
    expect(await endGroup({ ...child.identity, boot: 'x' }, { graceMs: 0, sleep })).toEqual([]);
    expect(liveness(child.identity)).toBe('alive');
  });

  test('never ends this process, whatever run it belongs to', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SUICIDE], {
      env: { PATH, ROBED_RUN: newRun() },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});

const SUICIDE = `
import { setTimeout as sleep } from 'node:timers/promises';
import { self } from '${new URL('../../lib/platform/identity.ts', import.meta.url).href}';
import { endGroup } from '${new URL('../../lib/platform/process-group.ts', import.meta.url).href}';
const left = await endGroup(self(), { run: process.env.ROBED_RUN, graceMs: 0, sleep });
process.exit(left.length);
`;

describe('runProbe', () => {
  test('collects what a program says', async () => {
    const probe = await runProbe(['sh', '-c', 'echo out; echo err >&2; exit 4'], {
      timeout: 60_000,
    });
    expect(probe).toEqual({
      exitCode: 4,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      code: undefined,
    });
  });

  test('gives just the environment it was told to', async () => {
    const probe = await runProbe(['/usr/bin/env'], { timeout: 60_000, env: { A: 'b' } });
    expect(probe.stdout).toBe('A=b\n');
  });

  test('a missing program is an answer', async () => {
    const probe = await runProbe([join(scratch(), 'none')], { timeout: 60_000 });
    expect(probe).toMatchObject({ exitCode: null, code: 'ENOENT', timedOut: false });
  });

  test('returns at the deadline though a grandchild holds the pipes', async () => {
    const folder = scratch();
    const script = `setsid sh -c 'echo $$ >pid; exec sleep 60' & echo $$; sleep 60`;
    const probe = await runProbe(['sh', '-c', script], { timeout: 300, cwd: folder });
    expect(probe).toMatchObject({ timedOut: true, exitCode: null });
    await until(() => processState(Number(probe.stdout))?.zombie ?? true);
    await until(() => existsSync(join(folder, 'pid')));
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  });
});
