import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { unitState } from '../../lib/platform/systemd-unit.ts';
import { ALIVE } from '../support/alive.ts';

/** A systemctl that answers as told, the only one on the PATH. */
function answering(script: string | null): void {
  const folder = mkdtempSync(join(tmpdir(), 'systemctl-'));
  if (script !== null) {
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'systemctl'), 0o755);
  }
  vi.stubEnv('PATH', folder);
}

// systemctl(1): the word on standard output; 0 active, 3 not active, 4 no such unit.
test.each([
  ['echo active', true, 'active'],
  ['echo inactive; exit 3', false, 'inactive'],
  ['echo failed; exit 3', false, 'failed'],
  ['echo inactive; exit 4', false, 'inactive'],
  ['echo activating; exit 3', true, 'activating'],
])('`%s` is %s', async (script, active, detail) => {
  answering(script);
  expect(await unitState('gitea.service', 5000)).toEqual({ active, detail });
});

test.each([
  ['without systemctl', null],
  ['without systemd', 'echo "System has not been booted with systemd" >&2; exit 1'],
  ['without an answer', `while ${ALIVE}; do :; done`],
])('%s nothing is told, so that nothing is restarted', async (_, script) => {
  answering(script);
  expect((await unitState('gitea.service', 500)).active).toBeNull();
});

test('a unit whose name looks like an option is no option', async () => {
  answering('[ "$*" = "is-active -- --now" ] && echo active');
  expect((await unitState('--now', 5000)).active).toBe(true);
});
