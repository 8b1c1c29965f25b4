import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An executable that stands for a program we can't have in every test. It runs `act`, a piece of
 * sh, for its work, and wraps what that prints as the real one would. Returns its absolute path.
 */
export function fakeProgram(kind: 'hermes' | 'openclaw', version: string, act: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'robed-fake-'));
  const script = join(folder, 'act.sh');
  const program = join(folder, kind);
  writeFileSync(script, act);
  const command = [process.execPath, join(import.meta.dirname, `${kind}.ts`), version, script];
  writeFileSync(program, `#!/bin/sh\nexec ${command.map((part) => `'${part}'`).join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}
