import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import {
  HERMES_VERSION,
  type InstallRequest,
  installHermes,
} from '../../lib/operations/install-hermes.ts';

/** Says what it was asked, and does as a Python 3.11 with venv and pip would; `pip` is its last act. */
const python = (pip: string): string => `#!/bin/sh
if [ "$1" = -c ]; then echo 3.11; exit; fi
echo "python $*" >>"$LOG"
case "$1 $2" in
  '-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  '-m pip') ${pip} ;;
esac
`;

const BRINGS_HERMES = `printf '#!/bin/sh\\necho 0.19.0\\n' >"\${0%/*}/hermes" && chmod +x "\${0%/*}/hermes"`;

function world(pip = BRINGS_HERMES) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-install-')));
  const log = join(root, 'asked');
  const program = join(root, 'python3.11');
  writeFileSync(program, python(pip));
  chmodSync(program, 0o755);
  const told: string[] = [];
  const environment = { PATH: `${root}:/usr/bin:/bin`, LOG: log, PYTHONPATH: '/elsewhere' };
  const deps = { environment, clock: systemClock, tell: (step: string) => void told.push(step) };
  return {
    root,
    folder: join(root, 'hermes-agent'),
    told,
    install: (request: InstallRequest = {}) => installHermes(root, request, deps),
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    becomes: (text: string) => writeFileSync(program, python(text)),
  };
}

it('makes an environment in its place, with Hermes and what its API needs', async () => {
  const { install, folder, asked, told } = world();
  const done = await install();
  expect(done).toMatchObject({ changed: true, version: HERMES_VERSION, folder });
  expect(existsSync(done.program)).toBe(true);
  expect(asked()[0]).toBe(`python -m venv ${folder}`);
  expect(asked()[1]).toMatch(/^python -m pip install .*hermes-agent==0\.19\.0 aiohttp$/);
  expect(told).toHaveLength(3);
});

it('does nothing a second time', async () => {
  const { install, asked, told } = world();
  await install();
  const before = [asked().length, told.length];
  expect(await install()).toMatchObject({ changed: false });
  expect([asked().length, told.length]).toEqual(before);
});

it('brings another version into the environment that is there', async () => {
  const { install, asked } = world();
  await install();
  expect(await install({ version: '0.18.0' })).toMatchObject({ changed: true });
  expect(asked().filter((line) => line.includes('-m venv'))).toHaveLength(1);
  expect(asked().at(-1)).toContain('hermes-agent==0.18.0');
});

it('makes what was interrupted anew, wherever that was', async () => {
  const { install, folder, becomes } = world('exit 9');
  await expect(install()).rejects.toThrow('ended with 9');
  writeFileSync(join(folder, 'half'), '');
  becomes(BRINGS_HERMES);
  expect(await install()).toMatchObject({ changed: true });
  expect(readdirSync(folder)).not.toContain('half');
});

it('shows the last lines of what failed', async () => {
  const { install } = world("echo 'No matching distribution found'; exit 1");
  await expect(install()).rejects.toThrow('ended with 1\n    No matching distribution found');
});

it('touches no folder that it did not make', async () => {
  const { install, folder, asked } = world();
  mkdirSync(join(folder, '.git'), { recursive: true });
  await expect(install()).rejects.toThrow('to be empty or made by this command');
  expect(asked()).toEqual([]);
  expect(readdirSync(folder)).toEqual(['.git']);
});

it('says what to install where no Python fits', async () => {
  const { install, root } = world();
  const old = join(root, 'old');
  writeFileSync(old, '#!/bin/sh\necho 3.9\nexit 1\n');
  chmodSync(old, 0o755);
  await expect(install({ python: old })).rejects.toMatchObject({
    message: `expected a Python from 3.11 to 3.13 with venv, found ${old} is 3.9`,
    hint: expect.stringContaining('apt-get install python3-venv'),
  });
  await expect(install({ version: '1; rm -rf /' })).rejects.toThrow('expected a version');
});
