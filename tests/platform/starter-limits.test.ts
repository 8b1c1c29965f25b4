import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';

/** Opens files until `left` more could be opened, then a starter; what comes of it, a moment later too. */
const SCRIPT = (left: number, folder: string) => `
import { closeSync, openSync } from 'node:fs';
const { openStarter } = await import(${JSON.stringify(join(packageRoot(), 'lib/platform/starter.ts'))});
const open = [];
try { for (;;) open.push(openSync('/dev/null', 'r')); } catch {}
for (let n = 0; n < ${left}; n++) closeSync(open.pop());
let said = 'opened';
try { openStarter(${JSON.stringify(folder)}, {}).close(); } catch { said = 'refused'; }
setTimeout(() => { console.log(said); process.exit(0); }, 50);
`;

test.runIf(process.platform === 'linux')(
  'where no more files can be opened, a shell that can not be started is an error and no crash',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'robed-starter-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const said = [1, 2, 3, 4, 5, 6, 7, 8].map((left) => {
      const argv = [
        process.execPath,
        '--input-type=module',
        '--eval',
        SCRIPT(left, join(folder, `${left}`)),
      ];
      const run = spawnSync('/bin/sh', ['-c', 'ulimit -n 120; exec "$@"', 'sh', ...argv], {
        encoding: 'utf8',
      });
      return run.stdout.trim() || run.stderr;
    });
    expect(said.filter((one) => one !== 'opened' && one !== 'refused')).toEqual([]);
    expect(said).toContain('refused');
  },
);
