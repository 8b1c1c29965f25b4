import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { liveness, processState } from '../../lib/platform/identity.ts';
import { lastPid } from '../../lib/platform/new-processes.ts';
import { endGroup, leftBehind } from '../../lib/platform/process-group.ts';
import { exitsPath, openStarter } from '../../lib/platform/starter.ts';
import { ALIVE } from '../support/alive.ts';
import { until } from '../support/until.ts';

function opened(scripts?: number) {
  const folder = mkdtempSync(join(tmpdir(), "robed starter's-"));
  const files = join(folder, 'files');
  const env = { PATH: process.env['PATH'] ?? '', SHARED: 'shared' };
  const starter = openStarter(files, env, scripts);
  onTestFinished(async () => {
    starter.close();
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await endGroup(starter.identity, { graceMs: 1000, sleep });
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (script: string, name = 'r-1', env: Record<string, string> = {}) =>
    starter.start({ name, script, cwd: folder, env });
  return { starter, folder, files, run, said: () => readFileSync(starter.stdout, 'utf8') };
}

const linux = process.platform === 'linux';

test('a script runs in its folder, with its own variables and nothing on its input', async () => {
  const { run, folder, said } = opened();
  const value = `it's $HOME "quoted" \\ and; more`;
  const script = 'pwd; echo "$OWN $SHARED"; cat; echo "$0 $# $name"';
  expect(await run(script, 'r-1', { OWN: value }).exited).toEqual({ exitCode: 0, signal: null });
  expect(said()).toBe(`${folder}\n${value} shared\nsh 0 \n`);
});

test('a variable of one script is not there for the next, nor its folder or options', async () => {
  const { run, said, folder } = opened();
  await run('OWN=1; export OWN; cd /; set +e; trap "" TERM; umask 777', 'r-1', { A: 'a' }).exited;
  await run('echo "[$OWN$A]"; pwd; umask; false; echo never', 'r-2').exited;
  expect(said()).toMatch(new RegExp(`^\\[\\]\\n${folder}\\n0\\d+\\n$`));
});

test('how one script ended is nothing that the next one can see', async () => {
  const { run, said } = opened();
  await run('exit 3').exited;
  // As scripts that go on after a failure are written.
  const { exitCode } = await run('true || code=$?; echo "[$*]"; set; exit $((code))', 'r-2').exited;
  expect(exitCode).toBe(0);
  expect(said()).toMatch(/^\[\]\n/);
  expect(said()).not.toMatch(/^(code|go|_?name)=/m);
});

test.each([
  ['false; echo on', 1],
  ['exit 7', 7],
  ['nonesuch-program', 127],
  ['kill -INT $$; sh -c "kill -TERM \\$\\$"', 143],
  ['if', 2],
])('%s ends with what sh -e ends with', async (script, code) => {
  const { run } = opened();
  if (script.startsWith('kill')) {
    expect((await run('sh -c "kill -INT \\$\\$"').exited).exitCode).toBe(130);
    expect((await run('sh -c "kill -TERM \\$\\$"', 'r-2').exited).exitCode).toBe(code);
  } else expect((await run(script).exited).exitCode).toBe(code);
});

test('a broken pipe ends who writes into it, as anywhere', async () => {
  const { run, starter } = opened();
  await run('(yes || echo "$?" >&2) | head -1').exited;
  expect(readFileSync(starter.stderr, 'utf8')).toBe('141\n');
});

test('the output of the one before is not the next one’s, unless it was kept', async () => {
  const { starter, run, said, folder } = opened();
  await run('echo one; echo err >&2').exited;
  starter.keep(join(folder, 'kept'));
  await run('echo two', 'r-2').exited;
  expect(said()).toBe('two\n');
  expect(readFileSync(join(folder, 'kept', 'stdout'), 'utf8')).toBe('one\n');
  expect(readFileSync(join(folder, 'kept', 'stderr'), 'utf8')).toBe('err\n');
});

test.runIf(linux)(
  'what writes on unseen after a silent script writes into no other’s output',
  async () => {
    const { starter, run, said, folder } = opened();
    const escaped = `setsid env -i PATH="$PATH" sh -c 'while ${ALIVE} && ! test -e go; do sleep 0.02; done; echo late' &`;
    await run(escaped).exited;
    expect(starter.saidAnything()).toBe(false);
    await run('touch go; sleep 0.3; echo two', 'r-2', {}).exited;
    expect(said()).toBe('two\n');
    expect(existsSync(join(folder, 'go'))).toBe(true);
  },
);

test.runIf(linux)('whoever is killed while it waits is not taken for the script', async () => {
  const { starter, run, folder, files } = opened();
  await run('true', 'r-0').exited;
  await until('it waits', () => childrenOf(starter.identity.pid).length === 1);
  const [waiting = 0] = childrenOf(starter.identity.pid);
  process.kill(waiting, 'SIGKILL');
  // Nothing is read of what is told meanwhile.
  const told = () => readFileSync(exitsPath(files), 'utf8').endsWith('137\n');
  while (!told());
  const { exited } = run('sleep 1000', 'r-1');
  expect(await exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  expect(starter.state).toBe('gone');
  expect(existsSync(folder)).toBe(true);
});

test.runIf(linux)('one whose fork was killed meanwhile takes no script', async () => {
  const { starter } = opened();
  await until('it waits', () => childrenOf(starter.identity.pid).length === 1);
  const [waiting = 0] = childrenOf(starter.identity.pid);
  process.kill(waiting, 'SIGKILL');
  await until('it is told', () => starter.state === 'gone');
});

test('an exit code that was told is still listed for whoever takes the run over', async () => {
  const { starter, run, files } = opened();
  const { exited } = run('exit 3');
  starter.close();
  await exited;
  starter.close();
  expect(readFileSync(exitsPath(files), 'utf8')).toBe('r-1 3\n');
});

test('closed while a script runs, it lists the exit code when that ends', async () => {
  const { starter, run, files, folder } = opened();
  run(
    `while ${ALIVE} && ! test -e '${join(folder, 'go').replaceAll("'", `'\\''`)}'; do sleep 0.02; done; exit 3`,
  );
  starter.close();
  const touch = openStarter(join(folder, 'other'), { PATH: process.env['PATH'] ?? '' });
  await touch.start({ name: 'x', script: 'touch go', cwd: folder, env: {} }).exited;
  touch.close();
  await until('its code', () => readFileSync(exitsPath(files), 'utf8') === 'r-1 3\n');
  await until('its end', () => liveness(starter.identity) === 'dead');
});

test.runIf(linux)(
  'what is handed in beforehand begins when it is told to, and not before',
  async () => {
    const { starter, folder, said } = opened();
    const second = { name: 'r-2', script: 'echo two', cwd: folder, env: {} };
    const { exited } = starter.start({ name: 'r-1', script: 'echo one', cwd: folder, env: {} });
    starter.arm(second);
    expect(await exited).toEqual({ exitCode: 0, signal: null });
    await until('it waits', () => childrenOf(starter.identity.pid).length === 1);
    expect(said()).toBe('one\n');
    expect(await starter.start(second).exited).toEqual({ exitCode: 0, signal: null });
    expect(said()).toBe('two\n');
  },
);

test('what was handed in and is not wanted any more never begins', async () => {
  const { starter, folder, files, run, said } = opened();
  const never = { name: 'r-0', script: 'echo never >>ran', cwd: folder, env: {} };
  starter.arm(never);
  starter.arm({ ...never, name: 'r-1' });
  expect(await run('echo two; exit 3', 'r-2').exited).toEqual({ exitCode: 3, signal: null });
  expect(said()).toBe('two\n');
  starter.arm(never);
  starter.close();
  await until('its end', () => liveness(starter.identity) === 'dead');
  expect(existsSync(join(folder, 'ran'))).toBe(false);
  expect(existsSync(files)).toBe(false);
});

test('what is handed in while a script begins leaves that as it is', async () => {
  const { starter, run, folder, said } = opened();
  process.kill(starter.identity.pid, 'SIGSTOP');
  const { exited } = run('echo one');
  starter.arm({ name: 'r-2', script: 'echo two', cwd: folder, env: {} });
  process.kill(starter.identity.pid, 'SIGCONT');
  await exited;
  expect(said()).toBe('one\n');
});

test.runIf(linux)('nobody waits to begin under a shell that was killed', async () => {
  const { starter, folder } = opened();
  starter.arm({ name: 'r-0', script: 'echo never >>ran', cwd: folder, env: {} });
  await until('it waits', () => childrenOf(starter.identity.pid).length === 1);
  const [waiting = 0] = childrenOf(starter.identity.pid);
  process.kill(starter.identity.pid, 'SIGKILL');
  await until('its end', () => processState(waiting) === null);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .split(' ')
    .filter(Boolean)
    .map(Number);

test('one that is spent takes nothing more, and its shell may be ended', async () => {
  const { run, starter } = opened();
  const { exited } = run('true');
  starter.spend();
  expect(starter.state).toBe('busy');
  expect(await exited).toEqual({ exitCode: 0, signal: null });
  expect(starter.state).toBe('gone');
});

test('one that has run so many scripts is spent', async () => {
  const { starter, run } = opened(2);
  await run('true').exited;
  expect(starter.state).toBe('idle');
  await run('true', 'r-2').exited;
  expect(starter.state).toBe('gone');
});

test('what a script ended with is told, also by a shell that is dead by then', async () => {
  const { run, starter } = opened();
  const { exited } = run('exit 3');
  starter.close();
  await new Promise(setImmediate);
  while (!(processState(starter.identity.pid)?.zombie ?? true));
  expect(await exited).toEqual({ exitCode: 3, signal: null });
});

test('one whose shell is killed says that its script was', async () => {
  const { starter, run } = opened();
  const { exited, identity } = run('sleep 1000');
  process.kill(-identity.pid, 'SIGKILL');
  expect(await exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  expect(starter.state).toBe('gone');
});

test.runIf(linux)('what a script leaves behind is found, wherever it went', async () => {
  const { run, starter } = opened();
  const clean = lastPid();
  await run('true').exited;
  expect(leftBehind(starter.identity, 'r-1', clean)).toBe(false);
  const inSession = lastPid();
  await run('sleep 1000 >/dev/null 2>&1 &', 'r-2').exited;
  expect(leftBehind(starter.identity, 'r-2', inSession)).toBe(true);
});

test.runIf(linux)('a child in a session of its own is known by its run', async () => {
  const { run, starter } = opened();
  const mark = lastPid();
  const env = { ROBED_RUN: 'r-3' };
  await run('setsid sleep 1000 >/dev/null 2>&1 & sleep 0.2', 'r-3', env).exited;
  expect(leftBehind(starter.identity, 'another', mark)).toBe(false);
  expect(leftBehind(starter.identity, 'r-3', mark)).toBe(true);
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  expect(await endGroup(starter.identity, { run: 'r-3', graceMs: 1000, sleep })).toEqual([]);
});

test('what is kept before the shell has opened it runs all the same, and its output is there', async () => {
  const { run, starter, folder } = opened();
  for (const name of ['first', 'second']) {
    process.kill(starter.identity.pid, 'SIGSTOP');
    const { exited } = run(`echo ${name}`, name);
    starter.keep(join(folder, name));
    process.kill(starter.identity.pid, 'SIGCONT');
    expect(await exited).toEqual({ exitCode: 0, signal: null });
  }
  expect(readFileSync(join(folder, 'first', 'stdout'), 'utf8')).toBe('first\n');
  expect(readFileSync(join(folder, 'second', 'stdout'), 'utf8')).toBe('second\n');
  expect(readFileSync(join(folder, 'first', 'block-1.sh'), 'utf8')).toBe('echo first');
});
