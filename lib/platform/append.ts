import { closeSync, existsSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { step, systemError } from './faults.ts';
import { fsyncDirectory } from './files.ts';

/** Append to a file, made (0600) where it is missing; on disk when it returns. May tear: see its readers. */
export function appendDurable(path: string, text: string): void {
  const isNew = !existsSync(path);
  step('open', path);
  const file = openSync(path, 'a', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) {
      step('write', path);
      const taken = writeSync(file, bytes, written);
      if (taken === 0) throw systemError('ENOSPC', 'write', path);
      written += taken;
    }
    step('fsync', path);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) fsyncDirectory(dirname(path));
}
