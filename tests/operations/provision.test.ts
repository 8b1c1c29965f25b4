import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { packageRoot } from '../../lib/core/package-root.ts';
import { readDotenv } from '../../lib/houses/dotenv.ts';
import { readHermesConfig } from '../../lib/houses/hermes-config.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import type { Wishes } from '../../lib/houses/provision.ts';
import { provision } from '../../lib/operations/provision.ts';
import { lockHousehold } from '../../lib/operations/provision-lock.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { emptyHousehold } from '../support/empty-household.ts';
import { treeOf } from '../support/tree.ts';

const make = (root: string, name: string, wishes: Wishes = {}, dryRun = false) =>
  provision(root, name, wishes, {
    clock: systemClock,
    environment: process.env,
    dryRun,
    crontab: false,
  });

const house = (root: string, name: string, ...parts: string[]) =>
  join(root, 'wizards', name, ...parts);

const read = (root: string, name: string, ...parts: string[]) =>
  readFileSync(house(root, name, ...parts), 'utf8');

const mode = (path: string) => statSync(path).mode & 0o777;

test('a house is whole: what only its owner may read, a key of its own, a port of its own', async () => {
  const root = emptyHousehold();
  const { plan } = await make(root, 'ezra');
  expect(plan.port).toBe(8742);
  expect(mode(house(root, 'ezra', 'home'))).toBe(0o700);
  expect(mode(house(root, 'ezra', '.git'))).toBe(0o700);
  expect(mode(house(root, 'ezra', 'home', '.env'))).toBe(0o600);
  expect(mode(house(root, 'ezra', 'start-gateway.sh'))).toBe(0o755);
  expect(readDotenv(house(root, 'ezra', 'home', '.env'))).toEqual({
    API_SERVER_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(readHermesConfig(house(root, 'ezra', 'home', 'config.yaml'))).toMatchObject({
    enabled: true,
    port: 8742,
    host: '127.0.0.1',
    key: null,
    secret: false,
    provider: 'custom',
    contextLength: 65_536,
    memory: true,
    kanbanDispatch: false,
    platforms: ['api_server'],
  });
  const { settings } = await loadHouse(root, 'ezra');
  expect(settings).toMatchObject({ gateway: { port: 8742 }, queue: { adopted: true } });
  expect(settings.role).toContain('archivist');
  expect(existsSync(house(root, 'ezra', '.provisioning'))).toBe(false);
});

test('houses share no port and no key', async () => {
  const root = emptyHousehold();
  const ports = [];
  for (const name of ['timmy', 'ezra', 'bezalel']) ports.push((await make(root, name)).plan.port);
  expect(ports).toEqual([8742, 8743, 8744]);
  const keys = ['timmy', 'ezra', 'bezalel'].map((name) => read(root, name, 'home', '.env'));
  expect(new Set(keys).size).toBe(3);
});

test('houses that are made at the same time get different ports', async () => {
  const root = emptyHousehold();
  const provisioner = (name: string) =>
    new Promise<number>((resolve, reject) => {
      const script = `
        import { provision } from ${JSON.stringify(join(packageRoot(), 'lib/operations/provision.ts'))};
        import { systemClock as clock } from ${JSON.stringify(join(packageRoot(), 'lib/core/clock.ts'))};
        const options = { clock, environment: process.env, dryRun: false, crontab: false };
        const { plan } = await provision(${JSON.stringify(root)}, '${name}', {}, options);
        console.log(plan.port);`;
      execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout) =>
        error ? reject(error) : resolve(Number(stdout)),
      );
    });
  const ports = await Promise.all(['one', 'two', 'three'].map(provisioner));
  expect([...ports].sort()).toEqual([8742, 8743, 8744]);
});

test('one that waits for another looks at the ports only then', async () => {
  const root = emptyHousehold();
  const lock = await lockHousehold(root, 'provision timmy', systemClock);
  const tries = Promise.withResolvers<void>();
  let tried = 0;
  armFaults((_, path) => {
    if (path === join(root, 'wizards') && ++tried === 4) tries.resolve();
  });
  onTestFinished(() => armFaults(null));
  const making = make(root, 'ezra');
  await Promise.race([making, tries.promise]);
  mkdirSync(house(root, 'timmy'));
  writeFileSync(house(root, 'timmy', 'house.yaml'), 'gateway: {port: 8742}\n');
  lock.release();
  expect((await making).plan.port).toBe(8743);
});

test('made again, not a byte under the root changes, and the key is kept', async () => {
  const root = emptyHousehold();
  const wishes: Wishes = { model: 'tiny', port: 8801, schedule: { checkpoint: false } };
  await make(root, 'ezra', wishes);
  const before = treeOf(root);
  const { plan } = await make(root, 'ezra', wishes);
  expect(plan.steps).toEqual([]);
  expect(plan.notes.join('\n')).not.toContain('yours');
  expect(treeOf(root)).toEqual(before);
});

test('a dry run writes nothing, and shows no secret', async () => {
  const root = emptyHousehold();
  const before = treeOf(root);
  const { plan } = await make(root, 'ezra', { modelKey: 'sk-very-secret-key' }, true);
  expect(treeOf(root)).toEqual(before);
  const shown = plan.steps.map((step) => (step.type === 'file' ? step.shown : '')).join('');
  expect(shown).toContain('<a fresh key>');
  expect(shown).not.toContain('sk-very-secret-key');
  expect(shown).not.toMatch(/[0-9a-f]{64}/);
});

test('a SOUL.md that was there first stays the person’s', async () => {
  const root = emptyHousehold();
  mkdirSync(house(root, 'ezra', 'home'), { recursive: true });
  writeFileSync(house(root, 'ezra', 'home', 'SOUL.md'), 'I am Ezra.\n');
  await make(root, 'ezra');
  expect(read(root, 'ezra', 'home', 'SOUL.md')).toBe('I am Ezra.\n');
});

test('a queue that was there first is not adopted', async () => {
  const root = emptyHousehold();
  mkdirSync(house(root, 'ezra', 'home'), { recursive: true });
  writeFileSync(house(root, 'ezra', 'home', 'WORK-QUEUE.md'), '# Mine\n');
  await make(root, 'ezra');
  expect((await loadHouse(root, 'ezra')).settings.queue.adopted).toBe(false);
  expect(read(root, 'ezra', 'home', 'WORK-QUEUE.md')).toBe('# Mine\n');
});

test('what is asked for and stands otherwise in a person’s file is told, not written', async () => {
  const root = emptyHousehold();
  await make(root, 'ezra');
  const before = treeOf(root);
  const { plan } = await make(root, 'ezra', { port: 8800, model: 'big', role: 'cook' });
  expect(treeOf(root)).toEqual(before);
  expect(plan.notes.join('\n')).toContain('says 8742 for gateway.port');
  expect(plan.notes.join('\n')).toContain('`default: big`');
  expect(plan.notes.join('\n')).toContain('`role: "cook"`');
});

test('a port is never one that another house holds, somewhere listens, or that is reserved or known', async () => {
  const root = emptyHousehold();
  writeFileSync(
    join(root, 'robed.yaml'),
    'ports: {from: 8641, to: 8999, reserved: [8641, 8643]}\n',
  );
  // 8642 and 8644 to 8646 are Hermes' own.
  const server = createServer().listen(8647, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  mkdirSync(house(root, 'timmy', 'home'), { recursive: true });
  writeFileSync(house(root, 'timmy', 'house.yaml'), 'gateway: {port: 8648}\nrobe: {port: 8649}\n');
  const config = 'platforms: {api_server: {extra: {port: "8650"}}}\n';
  writeFileSync(house(root, 'timmy', 'home', 'config.yaml'), config);
  writeFileSync(house(root, 'timmy', 'home', '.env'), 'export API_SERVER_PORT="8651" # moved\n');
  expect((await make(root, 'ezra')).plan.port).toBe(8652);
});

test('a port that is asked for and held is refused, and by whom it is held is said', async () => {
  const root = emptyHousehold();
  writeFileSync(join(root, 'robed.yaml'), 'ports: {reserved: [8800]}\n');
  await make(root, 'timmy');
  await expect(make(root, 'ezra', { port: 8742 })).rejects.toThrow('timmy has it as its gateway');
  await expect(make(root, 'ezra', { port: 8800 })).rejects.toThrow('robed.yaml reserves it');
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await expect(make(root, 'ezra', { port })).rejects.toThrow(/listens there now/);
  expect(existsSync(house(root, 'ezra'))).toBe(false);
});

test('8644 is given where it is asked for, with a warning', async () => {
  const root = emptyHousehold();
  const { plan } = await make(root, 'ezra', { port: 8644 });
  expect(plan.port).toBe(8644);
  expect(plan.notes.join('\n')).toContain('8644 is the default of Hermes’ webhooks');
});

test('a robe gets a port far from every other robe', async () => {
  const root = emptyHousehold();
  const one = await make(root, 'timmy', { robe: { port: null } });
  const two = await make(root, 'ezra', { robe: { port: null } });
  expect(one.plan.robe).toBe(18_909);
  expect(two.plan.robe).toBe(19_029);
  expect((await loadHouse(root, 'ezra')).settings.robe?.port).toBe(19_029);
});

test('the model’s key goes to home/.env, and where config.yaml sends it to a server of one’s own', async () => {
  const root = emptyHousehold();
  const baseUrl = 'http://127.0.0.1:9/v1';
  await make(root, 'ezra', { modelKey: "sk'1 #x", baseUrl });
  await make(root, 'timmy', { modelKey: 'sk-2', provider: 'openrouter', model: 'a/b' });
  expect(readDotenv(house(root, 'ezra', 'home', '.env'))['MODEL_API_KEY']).toBe("sk'1 #x");
  expect(readDotenv(house(root, 'timmy', 'home', '.env'))['OPENROUTER_API_KEY']).toBe('sk-2');
  expect(read(root, 'ezra', 'home', 'config.yaml')).toMatch(/api_key: \$\{MODEL_API_KEY\}/);
  for (const [file] of Object.entries(treeOf(root))) {
    if (file.endsWith('.env') || file.includes('.git/')) continue;
    expect(treeOf(root)[file]).not.toContain('sk-2');
  }
  const log = spawnSync('git', ['-C', house(root, 'timmy'), 'log', '-p'], { encoding: 'utf8' });
  expect(log.stdout).toContain('Found the house');
  expect(log.stdout).not.toMatch(/sk-2|API_SERVER_KEY=./);
});

test('words of a person stay words in house.yaml and config.yaml', async () => {
  const root = emptyHousehold();
  const role = 'a: {b} # "c"\\';
  await make(root, 'ezra', { role, model: 'x: [y]' });
  expect((await loadHouse(root, 'ezra')).settings.role).toBe(role);
  expect(readHermesConfig(house(root, 'ezra', 'home', 'config.yaml'))?.model).toBe('x: [y]');
});

test('a house without Hermes has no gateway, and holds no port', async () => {
  const root = emptyHousehold();
  const { plan } = await make(root, 'ezra', { body: 'shell' });
  expect(plan.port).toBeNull();
  expect((await loadHouse(root, 'ezra')).settings.gateway).toBeUndefined();
  expect(readHermesConfig(house(root, 'ezra', 'home', 'config.yaml'))?.enabled).toBe(false);
  // With that key alone Hermes would serve its API on its own default port.
  expect(read(root, 'ezra', 'home', '.env')).not.toContain('API_SERVER_KEY');
});

test('the line that brings Hermes can be typed wherever the household lies', async () => {
  const root = join(emptyHousehold(), "it's $HOME");
  mkdirSync(join(root, 'wizards'), { recursive: true });
  const { plan } = await make(root, 'ezra');
  const line = /`robed (body install .*)` brings it/.exec(plan.notes.join('\n'))?.[1];
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
  expect(words.trimEnd().split('\n')).toEqual(['body', 'install', 'hermes', '--root', root]);
});

test('its Hermes is a link to what the houses share, which may come later', async () => {
  const root = emptyHousehold();
  const first = await make(root, 'ezra');
  expect(first.plan.notes.join('\n')).toContain('there is no Hermes to link to');
  mkdirSync(join(root, 'hermes-agent', 'bin'), { recursive: true });
  writeFileSync(join(root, 'hermes-agent', 'bin', 'hermes'), '#!/bin/sh\n');
  chmodSync(join(root, 'hermes-agent', 'bin', 'hermes'), 0o755);
  const second = await make(root, 'ezra');
  expect(second.plan.steps).toHaveLength(1);
  expect(readlinkSync(house(root, 'ezra', 'hermes-agent'))).toBe('../../hermes-agent');
  expect(second.plan.notes).toEqual([]);
});

test('its Hermes may be a clone, which is there whole or not at all', async () => {
  const root = emptyHousehold();
  const origin = join(root, 'origin');
  mkdirSync(origin);
  writeFileSync(join(origin, 'hermes'), '');
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    expect(spawnSync('git', ['-C', origin, ...who, ...args]).status).toBe(0);
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'x');
  await make(root, 'ezra', { codebase: { type: 'clone', url: `file://${origin}` } });
  expect(existsSync(house(root, 'ezra', 'hermes-agent', 'hermes'))).toBe(true);
  const nowhere = { type: 'clone', url: `file://${root}/nowhere` } as const;
  await expect(make(root, 'timmy', { codebase: nowhere })).rejects.toThrow(
    /could not clone .*: fatal: /,
  );
  expect(existsSync(house(root, 'timmy', 'hermes-agent'))).toBe(false);
  expect(existsSync(house(root, 'timmy', 'house.yaml'))).toBe(false);
  await make(root, 'timmy');
  expect(existsSync(house(root, 'timmy', 'house.yaml'))).toBe(true);
});

test('its repository keeps no secret, whatever is added', async () => {
  const root = emptyHousehold();
  await make(root, 'ezra');
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', house(root, 'ezra'), ...args], { encoding: 'utf8' }).stdout;
  writeFileSync(house(root, 'ezra', 'home', 'house.db-wal'), 'x');
  writeFileSync(house(root, 'ezra', 'home', 'auth.json'), 'x');
  writeFileSync(house(root, 'ezra', 'logs', 'runner.log'), 'x');
  writeFileSync(house(root, 'ezra', 'workspace', 'page.html'), 'x');
  git('add', '-A');
  expect(git('ls-files').trim().split('\n')).toEqual([
    '.gitignore',
    'home/SOUL.md',
    'home/WORK-QUEUE.md',
    'home/config.yaml',
    'house.yaml',
    'start-gateway.sh',
    'workspace/page.html',
  ]);
});

test('a config.yaml that was there first, with a key in it, is in no commit', async () => {
  const root = emptyHousehold();
  mkdirSync(house(root, 'ezra', 'home'), { recursive: true });
  writeFileSync(house(root, 'ezra', 'home', 'config.yaml'), 'model: {api_key: sk-inline}\n');
  await make(root, 'ezra');
  const log = spawnSync('git', ['-C', house(root, 'ezra'), 'log', '-p'], { encoding: 'utf8' });
  expect(log.stdout).toContain('house.yaml');
  expect(log.stdout).not.toContain('sk-inline');
});

test('a model that answers by itself has its own key file, and house.yaml names that', async () => {
  const root = emptyHousehold();
  const baseUrl = 'https://models.example.com/v1';
  await make(root, 'ezra', { body: 'model', baseUrl, model: 'm', modelKey: 'sk-3' });
  expect((await loadHouse(root, 'ezra')).settings.bodies).toEqual({
    allow: ['shell', 'model'],
    model: { endpoint: baseUrl, name: 'm', key: { file: 'home/model.key' } },
  });
  expect(read(root, 'ezra', 'home', 'model.key')).toBe('sk-3\n');
  expect(mode(house(root, 'ezra', 'home', 'model.key'))).toBe(0o600);
});

test('a name that is no wizard’s, and a folder that is no house, are refused', async () => {
  const root = emptyHousehold();
  for (const name of ['..', 'a/b', 'Ezra', '.ezra', 'a'.repeat(33), '']) {
    await expect(make(root, name)).rejects.toThrow('expected a wizard’s name');
  }
  mkdirSync(house(root, 'notes'));
  writeFileSync(house(root, 'notes', 'todo.md'), '');
  await expect(make(root, 'notes')).rejects.toThrow('a folder with todo.md in it');
  for (const part of ['home', 'work', 'completed']) {
    mkdirSync(house(root, 'primus', part), { recursive: true });
  }
  await expect(make(root, 'primus')).rejects.toThrow('the founding layout');
  symlinkSync('/tmp', house(root, 'linked'));
  await expect(make(root, 'linked')).rejects.toThrow('found a link');
});

test('a home that is a link to another house’s is told as that, and nothing is written', async () => {
  const root = emptyHousehold();
  await make(root, 'timmy');
  mkdirSync(join(root, 'wizards', 'ezra'));
  symlinkSync('../timmy/home', join(root, 'wizards', 'ezra', 'home'));
  const before = treeOf(root);
  await expect(make(root, 'ezra')).rejects.toThrow("found a link to timmy's");
  expect(treeOf(root)).toEqual(before);
});

test('nothing is written through a home that leads out of the household', async () => {
  const root = emptyHousehold();
  const elsewhere = emptyHousehold();
  mkdirSync(house(root, 'ezra'));
  symlinkSync(elsewhere, house(root, 'ezra', 'home'));
  const before = treeOf(elsewhere);
  await expect(make(root, 'ezra')).rejects.toThrow('a link on the way leads out');
  expect(treeOf(elsewhere)).toEqual(before);
});

test('a house whose files belong to a repository around it gets none of its own', async () => {
  const root = emptyHousehold();
  const shipped = join('wizards', 'allegro', 'house.yaml');
  cpSync(join(packageRoot(), shipped), join(root, shipped));
  const git = (...args: string[]) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  git('init', '-q');
  git('add', shipped);
  const { plan } = await make(root, 'allegro');
  expect(existsSync(house(root, 'allegro', '.git'))).toBe(false);
  expect(plan.notes.join('\n')).toContain('a git repository around it');
});
