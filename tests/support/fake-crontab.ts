import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * A crontab(1) of its own, first on the PATH, so that the caller's is never touched; beside it a
 * systemctl(1) that reaches no systemd, and a folder of its own for units.
 */
export function fakeCrontab(text = ''): { environment: NodeJS.ProcessEnv; read(): string } {
  const folder = mkdtempSync(join(tmpdir(), 'robed-crontab-'));
  const table = join(folder, 'table');
  writeFileSync(table, text);
  const script = `#!/bin/sh\nif [ "$1" = -l ]; then cat '${table}'; else cat >'${table}'; fi\n`;
  writeFileSync(join(folder, 'crontab'), script);
  writeFileSync(join(folder, 'systemctl'), '#!/bin/sh\nexit 1\n');
  for (const program of ['crontab', 'systemctl']) chmodSync(join(folder, program), 0o755);
  const PATH = `${folder}${delimiter}${process.env['PATH']}`;
  return {
    environment: { ...process.env, PATH, XDG_CONFIG_HOME: join(folder, 'config') },
    read: () => readFileSync(table, 'utf8'),
  };
}
