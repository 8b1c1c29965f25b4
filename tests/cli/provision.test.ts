import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { readDotenv } from '../../lib/houses/dotenv.ts';
import { readHermesConfig } from '../../lib/houses/hermes-config.ts';
import { emptyHousehold } from '../support/empty-household.ts';
import { fakeCrontab } from '../support/fake-crontab.ts';
import { robed } from '../support/robed.ts';
import { treeOf } from '../support/tree.ts';
import { until } from '../support/until.ts';

const house = (root: string, ...parts: string[]) => join(root, 'wizards', 'ezra', ...parts);

function household() {
  const root = emptyHousehold();
  const cron = fakeCrontab();
  const env = { PATH: cron.environment['PATH'] ?? '', ROBED_ROOT: root };
  return { root, cron, run: (...argv: string[]) => robed(argv, { cwd: root, env }) };
}

test('provisioned, provisioned again and retired, by command lines alone', () => {
  const { root, cron, run } = household();
  const made = run('provision', 'ezra', '--model', 'tiny', '--port', '8790');
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(made.stdout).toContain('gateway  127.0.0.1:8790');
  expect(cron.read()).toContain('robed: ezra');
  const before = treeOf(root);
  const again = run('provision', 'ezra', '--model=tiny', '--port', '8790', '--yes');
  expect(again.stdout).toContain('ezra: nothing to change');
  expect(treeOf(root)).toEqual(before);
  const shown = run('retire', 'ezra');
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain('`robed retire ezra --yes` does it');
  expect(existsSync(house(root))).toBe(true);
  const retired = JSON.parse(run('retire', 'ezra', '--yes', '--json').stdout);
  expect(retired).toMatchObject({ version: 1, dryRun: false, wizard: 'ezra' });
  expect(existsSync(join(root, 'retired/ezra/house.yaml'))).toBe(true);
  expect(cron.read()).toBe('');
});

test('--no-crontab leaves the crontab alone, however the line is written', () => {
  const { cron, run } = household();
  // The second is commander's to read.
  run('provision', 'ezra', '--no-crontab');
  run('provision', 'timmy', '--no-crontab', '--port=8790');
  expect(cron.read()).toBe('');
});

test('a dry run shows every file and the crontab as a diff, and writes nothing', () => {
  const { root, cron, run } = household();
  const before = treeOf(root);
  const { status, stdout } = run('provision', 'ezra', '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toContain('+++ wizards/ezra/home/config.yaml');
  expect(stdout).toContain('+      port: 8742');
  expect(stdout).toContain('+++ crontab');
  expect(stdout).toContain('<a fresh key>');
  expect(stdout).not.toMatch(/[0-9a-f]{64}/);
  expect(treeOf(root)).toEqual(before);
  expect(cron.read()).toBe('');
});

test('a model’s key comes from a file or the environment, and is shown nowhere', () => {
  const { root, cron, run } = household();
  writeFileSync(join(root, 'key.txt'), 'sk-from-file\n');
  const made = run('provision', 'ezra', '--key-file', 'key.txt', '--json');
  expect(readDotenv(house(root, 'home/.env'))['MODEL_API_KEY']).toBe('sk-from-file');
  const env = { PATH: cron.environment['PATH'] ?? '', ROBED_MODEL_KEY: 'sk-from-env' };
  const other = robed(['provision', 'timmy', '--root', root], { env });
  expect(readDotenv(join(root, 'wizards/timmy/home/.env'))['MODEL_API_KEY']).toBe('sk-from-env');
  expect(made.stdout + made.stderr + other.stdout + other.stderr).not.toContain('sk-from');
});

test('a key of the environment is one line, as a file’s', () => {
  const { root, cron } = household();
  const run = (key: string) =>
    robed(['provision', 'ezra', '--root', root, '--yes'], {
      env: { PATH: cron.environment['PATH'] ?? '', ROBED_MODEL_KEY: key },
    });
  const refused = run('sk-one\nOTHER=sk-two');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('ROBED_MODEL_KEY');
  expect(refused.stderr).not.toContain('sk-');
  expect(existsSync(house(root))).toBe(false);
  expect(run(' sk-three\n').status).toBe(0);
  expect(readDotenv(house(root, 'home/.env'))['MODEL_API_KEY']).toBe('sk-three');
});

test.each([
  ['--port', '80', 2, 'expected a port'],
  ['--robe', 'cape', 2, 'expected openclaw'],
  ['--body', 'cook', 2, 'expected one of hermes'],
  ['--schedule', 'daily', 2, 'expected --schedule'],
  ['--codebase', '/nowhere/at/all', 2, 'expected a folder with Hermes'],
  ['--codebase', 'https://me:secret@host/x.git', 2, '//…@host'],
  ['--base-url', 'http://me:secret@host/v1', 2, 'no password or key in it'],
  ['--base-url', 'http://host/v1?api_key=secret', 2, 'no password or key in it'],
  ['--key-file', '/nowhere', 2, 'no such file'],
  ['--father', '../x', 2, 'a wizard’s name'],
])('%s %s is refused', (flag, value, status, says) => {
  const { root, run } = household();
  const refused = run('provision', 'ezra', flag, value);
  expect(refused.status).toBe(status);
  expect(refused.stderr).toContain(says);
  expect(refused.stderr).not.toContain('secret');
  expect(existsSync(house(root))).toBe(false);
});

test('a machine without git still gets its house', () => {
  const { root } = household();
  const env = { PATH: '/nowhere', ROBED_ROOT: root };
  const made = robed(['provision', 'ezra', '--no-crontab'], { env });
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(made.stdout).toContain('note: git is not installed');
  expect(existsSync(house(root, 'house.yaml'))).toBe(true);
  expect(existsSync(house(root, '.git'))).toBe(false);
});

test('neither is an agent’s to say', () => {
  const { root, cron } = household();
  for (const command of ['provision', 'retire']) {
    // Should the guard be gone, it is not the caller's crontab that is written.
    const env = { PATH: cron.environment['PATH'] ?? '', ROBED_RUN: 'r-1', ROBED_ROOT: root };
    expect(robed([command, 'ezra', '--yes'], { env }).stderr).toContain('inside the run r-1');
  }
});

test('provision-wizard is a command of its own', () => {
  const { root } = household();
  const script = join(packageRoot(), 'scripts', 'provision-wizard.js');
  const { stdout } = spawnSync(process.execPath, [script, 'ezra', '--dry-run', '--no-crontab'], {
    encoding: 'utf8',
    env: { ...process.env, ROBED_ROOT: root },
  });
  expect(stdout).toContain('wizards/ezra/house.yaml');
});

/** util-linux' `script` gives a program a terminal; BSD's takes other arguments. */
const hasScript = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

describe.skipIf(!hasScript)('on a terminal (needs util-linux’ script)', () => {
  function onTerminal(root: string, flags = '') {
    const launcher = join(packageRoot(), 'scripts', 'robed.js');
    const command = `stty cols 120; exec '${process.execPath}' '${launcher}' provision ezra --no-crontab ${flags}`;
    const { ROBED_RUN: _, ...env } = process.env;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...env, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1', ROBED_ROOT: root },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let written = '';
    child.stdout.on('data', (chunk) => {
      written += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const answer = async (question: string, text: string) => {
      await until(question, () => written.includes(question));
      written = written.slice(written.indexOf(question) + question.length);
      child.stdin.write(`${text}\n`);
    };
    return { written: () => written, answer, child, ended };
  }

  test('what no flag said is asked; Enter takes what is offered; a key is typed unseen', async () => {
    const { root } = household();
    const terminal = onTerminal(root, '--father timmy');
    await terminal.answer('What is ezra in the household? [archivist', '');
    await terminal.answer('Who does its work', 'cook');
    await terminal.answer('expected one of', 'hermes');
    await terminal.answer('Which model? [qwen3:8b]', 'big');
    await terminal.answer('Where is it served?', 'https://models.example.com/v1');
    await terminal.answer('Its key', 'sk-typed');
    await terminal.answer('Which port', '');
    await terminal.answer('Its crontab', 'child');
    expect(await terminal.ended).toBe(0);
    expect(terminal.written()).not.toContain('sk-typed');
    expect(readDotenv(house(root, 'home/.env'))['MODEL_API_KEY']).toBe('sk-typed');
    expect(readHermesConfig(house(root, 'home/config.yaml'))).toMatchObject({
      model: 'big',
      baseUrl: 'https://models.example.com/v1',
      port: 8742,
    });
    const settings = readFileSync(house(root, 'house.yaml'), 'utf8');
    expect(settings).toContain('father: timmy');
    expect(settings).toContain('checkpoint: false');
  });

  test('with --yes nothing is asked', async () => {
    const { root } = household();
    const terminal = onTerminal(root, '--yes');
    expect(await terminal.ended).toBe(0);
    expect(terminal.written()).not.toContain('?');
    expect(existsSync(house(root, 'house.yaml'))).toBe(true);
  });

  test('left in the middle, nothing is made', async () => {
    const { root } = household();
    const terminal = onTerminal(root);
    await until('a question', () => terminal.written().includes('What is ezra'));
    terminal.child.stdin.write('\x03');
    expect(await terminal.ended).toBe(130);
    expect(existsSync(house(root))).toBe(false);
  });
});
