import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { ALIVE } from '../support/alive.ts';
import { task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

/** util-linux' `script` gives a program a terminal; BSD's takes other arguments. */
const hasScript = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

/** `robed start` on a terminal of its own; what it wrote there, and its keyboard. */
function onTerminal(root: string, environment: Record<string, string> = {}) {
  const launcher = join(packageRoot(), 'scripts', 'robed.js');
  const command = `stty rows 20 columns 70; exec '${process.execPath}' '${launcher}' start --root '${root}'`;
  const { ROBED_RUN: _, FORCE_COLOR: __, NO_COLOR: ___, ...env } = process.env;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh', ...environment },
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
  return { written: () => written, type: (text: string) => child.stdin.write(text), ended };
}

describe.skipIf(!hasScript)('start on a terminal (needs util-linux’ script)', () => {
  test('shows the house live, and gives the terminal back at Ctrl-C', async () => {
    const house = testHouse(
      task(
        'T-1',
        `echo from the run; touch begun; while ${ALIVE} && test -e begun && ! test -e go; do sleep 0.05; done`,
      ) + task('T-2', 'true', ['Approval: required']),
    );
    const terminal = onTerminal(house.root);
    await until('its output is shown', () => terminal.written().includes('│ from the run'));
    expect(terminal.written()).toContain('▶ T-1');
    expect(terminal.written()).toContain('\x1b[?1049h');
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    const after = terminal.written().split('\x1b[?1049l')[1] ?? '';
    expect(terminal.written()).toContain('\x1b[?25h');
    // What was to be seen last stays, and says what goes on.
    expect(after).toContain('1 in progress');
    expect(after).toMatch(/goes on with its runner: T-1/);
    expect(existsSync(join(house.paths.work, 'T-1.active'))).toBe(true);
    writeFileSync(join(house.paths.workspace, 'go'), '');
    await until('the runner finishes', () => house.status('T-1') === 'COMPLETE');
  });

  test('NO_COLOR takes the colours away', async () => {
    const house = testHouse(task('T-1', 'true', ['Approval: required']));
    const terminal = onTerminal(house.root, { NO_COLOR: '1' });
    await until('it is shown', () => terminal.written().includes('! T-1'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are looked for.
    expect(terminal.written()).not.toMatch(/\x1b\[\d*m/);
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
  });
});
