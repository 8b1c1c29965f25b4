import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a stand-in for OpenClaw behaves; times in milliseconds from its start, null for never. */
export interface Behaviour {
  listens: number | null;
  /** Its start is done: until then `/startupz` says `starting`. */
  started: number | null;
  /** It ends by itself, with this last line. */
  ends?: { after: number; line: string };
  /** It listens, and answers nothing. */
  mute?: boolean;
}

/** A gateway that is up as fast as can be. */
export const QUICK: Behaviour = { listens: 0, started: 0 };

/** An executable that stands for `openclaw`, where a test needs one that is slow, or fails. */
export function fakeOpenclaw(behaviour: Behaviour): string {
  const program = join(mkdtempSync(join(tmpdir(), 'robed-fake-')), 'openclaw');
  const script = join(import.meta.dirname, '..', 'bodies', 'fakes', 'openclaw-gateway.ts');
  const command = [process.execPath, script, JSON.stringify(behaviour)];
  writeFileSync(program, `#!/bin/sh\nexec ${command.map((part) => `'${part}'`).join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}
