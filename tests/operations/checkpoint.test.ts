import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { armFaults, systemError } from '../../lib/platform/faults.ts';
import { houseWithRepository } from './checkpoint/house-repository.ts';

const KEY = 'k3v9q2xa7m1p5t8w';

test('the house’s own files are committed, and told in the message', async () => {
  const house = await houseWithRepository();
  await house.work();
  const made = await house.checkpoint();
  expect(made).toMatchObject({ state: 'made', message: expect.any(String), refused: [] });
  expect(house.committed()).toEqual([
    'home/SOUL.md',
    'home/WORK-QUEUE.md',
    'home/completed/T-1.txt',
    'home/config.yaml',
    'house.yaml',
  ]);
  expect(house.git('show', 'HEAD:home/WORK-QUEUE.md')).toBe(house.queue().trimEnd());
  expect(house.git('log', '-1', '--format=%s|%an|%H')).toBe(
    `checkpoint: 1 done, queue changed, charter changed, settings changed|Robed|${made.commit}`,
  );
  expect(house.told('checkpoint.made').at(-1)?.data).toMatchObject({ commit: made.commit });
  expect(house.status()).toBe('');
  expect(house.git('fsck', '--strict')).toBe('');
});

test('nothing to commit is success, and makes no commit', async () => {
  const house = await houseWithRepository();
  await house.checkpoint();
  expect(await house.checkpoint()).toMatchObject({ state: 'nothing', commit: null });
  expect(house.count()).toBe(1);
  house.write('home/memories/MEMORY.md', 'I learnt something.\n');
  expect(await house.checkpoint()).toMatchObject({ message: 'checkpoint: memories changed' });
  expect(house.count()).toBe(2);
});

test('a file that is gone goes, and its mode is kept', async () => {
  const house = await houseWithRepository();
  house.write('start-gateway.sh', '#!/bin/sh\n');
  chmodSync(join(house.folder, 'start-gateway.sh'), 0o755);
  house.write('home/memories/USER.md', 'x');
  await house.checkpoint();
  expect(house.git('ls-tree', 'HEAD', 'start-gateway.sh')).toMatch(/^100755 /);
  rmSync(join(house.folder, 'home/memories/USER.md'));
  expect(await house.checkpoint()).toMatchObject({ files: ['home/memories/USER.md'] });
  expect(house.committed()).not.toContain('home/memories/USER.md');
  expect(house.status()).toBe('');
});

test('the author is who git knows, else Robed', async () => {
  const house = await houseWithRepository();
  house.git('config', 'user.name', 'Wizard');
  house.git('config', 'user.email', 'wizard@example.com');
  await house.checkpoint();
  expect(house.git('log', '-1', '--format=%an <%ae>')).toBe('Wizard <wizard@example.com>');
});

test('secrets, databases, locks and what a program keeps are never committed', async () => {
  const house = await houseWithRepository();
  for (const path of [
    'home/.env',
    'home/completed/.env.local',
    'home/memories/state.db',
    'home/memories/state.db-wal',
    'home/memories/auth.json',
    'home/memories/id_ed25519',
    'home/memories/server.pem',
    'home/archive/gateway.lock',
    'home/heartbeat.json',
    'workspace/result.txt',
    'home/sessions/one.json',
  ]) {
    house.write(path, 'x');
  }
  await house.checkpoint();
  expect(house.committed()).toEqual([
    'home/SOUL.md',
    'home/WORK-QUEUE.md',
    'home/config.yaml',
    'house.yaml',
  ]);
});

test.each([
  ['a value of .env', 'home/.env', `OPENAI_API_KEY='${KEY}'\n`, 'OPENAI_API_KEY of .env'],
  ['a random value of .env under any name', 'home/.env', `FOO=${KEY}${KEY}\n`, 'FOO of .env'],
  [
    'the API key of config.yaml',
    'home/config.yaml',
    `platforms: {api_server: {extra: {key: "${KEY}"}}}\n`,
    'the API key of config.yaml',
  ],
  [
    'a model’s key in config.yaml',
    'home/config.yaml',
    `model: {default: m, api_key: "${KEY}"}\n`,
    'a key or token of config.yaml',
  ],
  [
    'a header of config.yaml',
    'home/config.yaml',
    `mcp_servers: {x: {headers: {Authorization: "Bearer ${KEY}"}}}\n`,
    'a key or token of config.yaml',
  ],
  ['what a key file holds', 'home/model.key', `${KEY}\n`, 'what home/model.key holds'],
])(
  'a file that holds %s is refused by its name, and the rest committed',
  async (_, path, text, name) => {
    const house = await houseWithRepository();
    house.write(path, text);
    house.write('home/memories/MEMORY.md', `One.\nThe key is ${KEY}${KEY}, remember.\n`);
    house.write('home/memories/USER.md', 'Likes tea.\n');
    const made = await house.checkpoint();
    expect(made.refused).toContainEqual({ path: 'home/memories/MEMORY.md', line: 2, what: name });
    expect(house.committed()).toContain('home/memories/USER.md');
    expect(house.committed()).not.toContain('home/memories/MEMORY.md');
    const objects = house.git('cat-file', '--batch-check', '--batch-all-objects');
    for (const line of objects.split('\n')) {
      const [id = '', type] = line.split(' ');
      if (type === 'blob') expect(house.git('cat-file', 'blob', id)).not.toContain(KEY);
    }
    await house.checkpoint();
    const warnings = house.told('system.warning');
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain(KEY);
  },
);

test('a private key is refused whoever’s it is', async () => {
  const house = await houseWithRepository();
  house.write('home/memories/MEMORY.md', '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  expect((await house.checkpoint()).refused).toEqual([
    { path: 'home/memories/MEMORY.md', line: 1, what: 'a private key' },
  ]);
});

test('an ordinary setting of .env is no secret', async () => {
  const house = await houseWithRepository();
  house.write(
    'home/.env',
    'MODEL=local-model-of-mine\nAPI_SERVER_PORT=8742\nURL=http://127.0.0.1:11434/v1\n',
  );
  house.write(
    'home/memories/MEMORY.md',
    'local-model-of-mine at http://127.0.0.1:11434/v1, 8742\n',
  );
  expect((await house.checkpoint()).refused).toEqual([]);
});

test('what somebody staged stays exactly as it was', async () => {
  const house = await houseWithRepository();
  house.write('notes.txt', 'one\n');
  house.git('add', 'notes.txt');
  await house.checkpoint();
  expect(house.committed()).not.toContain('notes.txt');
  expect(house.status()).toBe('A  notes.txt');
  house.write('home/memories/MEMORY.md', 'staged\n');
  house.git('add', 'home/memories/MEMORY.md');
  house.write('home/memories/MEMORY.md', 'and then another\n');
  house.write('home/memories/USER.md', 'new\n');
  const before = house.git('diff', '--cached');
  const made = await house.checkpoint();
  expect(made).toMatchObject({
    files: ['home/memories/USER.md'],
    left: [{ path: 'home/memories/MEMORY.md', why: 'somebody staged another version of it' }],
  });
  expect(house.git('diff', '--cached')).toBe(before);
  expect(house.status()).toBe('AM home/memories/MEMORY.md\nA  notes.txt');
  house.git('commit', '-q', '-m', 'mine');
  expect(house.git('show', 'HEAD:home/memories/MEMORY.md')).toBe('staged');
});

test('a version that is staged as it stands is committed with the rest', async () => {
  const house = await houseWithRepository();
  house.git('add', 'house.yaml');
  await house.checkpoint();
  expect(house.committed()).toContain('house.yaml');
  expect(house.status()).toBe('');
});

test('the repository that a house merely stands in is refused, with the line that makes its own', async () => {
  const house = await houseWithRepository();
  rmSync(join(house.folder, '.git'), { recursive: true });
  execFileSync('git', ['init', '-q', house.root]);
  await expect(house.checkpoint()).rejects.toMatchObject({
    exitCode: 78,
    hint: `git init -b main '${house.folder}' makes one`,
  });
  expect(existsSync(join(house.root, '.git', 'index'))).toBe(false);
});

test.each([
  [
    'file',
    (folder: string, other: string) => writeFileSync(join(folder, '.git'), `gitdir: ${other}\n`),
  ],
  ['link', (folder: string, other: string) => symlinkSync(other, join(folder, '.git'))],
] as const)('a .git %s that leads to another repository is refused', async (_, lead) => {
  const house = await houseWithRepository();
  const other = join(house.root, 'other');
  execFileSync('git', ['init', '-q', other]);
  rmSync(join(house.folder, '.git'), { recursive: true });
  lead(house.folder, join(other, '.git'));
  await expect(house.checkpoint()).rejects.toMatchObject({
    exitCode: 78,
    message: expect.stringContaining('leads elsewhere'),
  });
  expect(existsSync(join(other, '.git', 'index'))).toBe(false);
});

test.each([
  [
    'leads to another',
    (house: string) => {
      renameSync(join(house, '.git'), `${house}.git`);
      writeFileSync(join(house, '.git'), `gitdir: ${house}.git\n`);
    },
  ],
  [
    'has its work tree elsewhere',
    (house: string) =>
      execFileSync('git', ['-C', house, 'config', 'core.worktree', dirname(house)]),
  ],
  ['lost its HEAD', (house: string) => rmSync(join(house, '.git', 'HEAD'))],
])('for a repository that %s the line is told that mends it', async (_, spoil) => {
  const house = await houseWithRepository();
  spoil(house.folder);
  const { hint } = await house.checkpoint().catch((error) => error);
  execFileSync('sh', ['-c', hint.replace(/ {3}\(.*| makes one$/, '')], { stdio: 'pipe' });
  expect(await house.checkpoint()).toMatchObject({ state: 'made' });
});

test.runIf(process.getuid?.() === 0)(
  'a repository of another account is told as that',
  async () => {
    const house = await houseWithRepository();
    for (const path of [house.folder, join(house.folder, '.git')]) chownSync(path, 12_345, 12_345);
    const error = await house.checkpoint().catch((error) => error);
    expect(error).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/another account/),
    });
    vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
    execFileSync('sh', ['-c', error.hint.replace(/ {3}\(.*/, '')], { stdio: 'pipe' });
    expect(await house.checkpoint()).toMatchObject({ state: 'made' });
  },
);

test('a work tree set elsewhere is refused', async () => {
  const house = await houseWithRepository();
  house.git('config', 'core.worktree', house.root);
  await expect(house.checkpoint()).rejects.toMatchObject({ exitCode: 78 });
});

test('in the middle of a merge nothing is committed, and it is told once', async () => {
  const house = await houseWithRepository();
  await house.checkpoint();
  house.git('checkout', '-q', '-b', 'other');
  house.write('home/memories/MEMORY.md', 'theirs\n');
  await house.checkpoint();
  house.git('checkout', '-q', 'main');
  house.write('home/memories/MEMORY.md', 'ours\n');
  await house.checkpoint();
  expect(() => house.git('merge', 'other')).toThrow();
  for (const _ of [1, 2]) {
    expect(await house.checkpoint()).toMatchObject({
      state: 'skipped',
      reason: 'a merge is under way',
    });
  }
  expect(house.told('system.warning')).toHaveLength(1);
  expect(house.git('diff', '--name-only', '--diff-filter=U')).toBe('home/memories/MEMORY.md');
});

test('without a branch nothing is committed', async () => {
  const house = await houseWithRepository();
  await house.checkpoint();
  house.git('checkout', '-q', '--detach');
  house.write('home/memories/MEMORY.md', 'x\n');
  expect(await house.checkpoint()).toMatchObject({ state: 'skipped' });
});

test('where another git holds the index it is busy', async () => {
  const house = await houseWithRepository();
  house.write('.git/index.lock', '');
  await expect(house.checkpoint()).rejects.toMatchObject({ exitCode: 75 });
  expect(house.git('count-objects')).toMatch(/^0 objects/);
});

test('links are not followed, and what they lead to is not committed', async () => {
  const house = await houseWithRepository();
  const outside = join(house.root, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'private.txt'), 'private\n');
  symlinkSync(join(outside, 'private.txt'), join(house.folder, 'home/completed/T-9.txt'));
  symlinkSync(outside, join(house.folder, 'home/memories'));
  const made = await house.checkpoint();
  expect(made.left).toEqual([
    { path: 'home/completed/T-9.txt', why: 'it is a link' },
    { path: 'home/memories', why: 'it is a link' },
  ]);
  expect(house.committed().join(' ')).not.toMatch(/T-9|memories/);
});

test('a folder that became a link does not take its files out of the repository', async () => {
  const house = await houseWithRepository();
  house.write('home/memories/MEMORY.md', 'x\n');
  await house.checkpoint();
  rmSync(join(house.folder, 'home/memories'), { recursive: true });
  symlinkSync(house.root, join(house.folder, 'home/memories'));
  await house.checkpoint();
  expect(house.committed()).toContain('home/memories/MEMORY.md');
});

test('a repository within is left to itself', async () => {
  const house = await houseWithRepository();
  house.write('home/memories/notes/one.md', 'x\n');
  house.git('init', '-q', 'home/memories/notes');
  const made = await house.checkpoint();
  expect(made.left).toEqual([
    { path: 'home/memories/notes', why: 'it is a repository of its own' },
  ]);
  expect(house.committed().join(' ')).not.toContain('notes');
});

test('what .gitignore keeps out stays out', async () => {
  const house = await houseWithRepository();
  house.write('.gitignore', 'home/memories/secret-*\n');
  house.write('home/memories/secret-plan.md', 'x\n');
  house.write('home/memories/plan.md', 'x\n');
  await house.checkpoint();
  expect(house.committed()).toContain('home/memories/plan.md');
  expect(house.committed()).not.toContain('home/memories/secret-plan.md');
});

test('no hook, filter or fsmonitor of the repository runs', async () => {
  const house = await houseWithRepository();
  const ran = join(house.root, 'ran');
  const act = `#!/bin/sh\ntouch ${ran}\ncat\n`;
  for (const hook of ['pre-commit', 'post-commit', 'reference-transaction', 'commit-msg']) {
    house.write(`.git/hooks/${hook}`, act);
    chmodSync(join(house.folder, '.git/hooks', hook), 0o755);
  }
  house.write('act.sh', act);
  chmodSync(join(house.folder, 'act.sh'), 0o755);
  house.git('config', 'filter.act.clean', join(house.folder, 'act.sh'));
  house.git('config', 'core.fsmonitor', join(house.folder, 'act.sh'));
  house.git('config', 'commit.gpgSign', 'true');
  house.git('config', 'gpg.program', join(house.folder, 'act.sh'));
  house.write('.gitattributes', '* filter=act\n');
  house.write('.git/info/attributes', '* filter=act\n');
  rmSync(ran, { force: true });
  expect(await house.checkpoint()).toMatchObject({ state: 'made' });
  house.write('home/memories/MEMORY.md', 'x\n');
  expect(await house.checkpoint()).toMatchObject({ state: 'made' });
  expect(existsSync(ran)).toBe(false);
});

test('a dry run lists, and changes nothing', async () => {
  const house = await houseWithRepository();
  expect(await house.checkpoint({ dryRun: true })).toMatchObject({
    state: 'would',
    commit: null,
    files: ['home/SOUL.md', 'home/WORK-QUEUE.md', 'home/config.yaml', 'house.yaml'],
  });
  expect(house.git('count-objects')).toMatch(/^0 objects/);
  expect(existsSync(join(house.folder, '.git/index'))).toBe(false);
  expect(house.told('checkpoint.made')).toEqual([]);
});

test('whichever step dies, the next checkpoint completes it and nothing stays staged', async () => {
  for (let at = 1; ; at++) {
    const house = await houseWithRepository();
    await house.checkpoint();
    house.write('home/memories/MEMORY.md', 'first\n');
    let step = 0;
    armFaults((operation, path) => {
      if (operation === 'git' && ++step === at) throw systemError('EIO', operation, path);
    });
    let died = false;
    try {
      await house.checkpoint();
    } catch {
      died = true;
    } finally {
      armFaults(null);
    }
    house.write('home/memories/MEMORY.md', 'second\n');
    await house.checkpoint();
    expect(house.git('show', 'HEAD:home/memories/MEMORY.md'), `step ${at}`).toBe('second');
    expect(house.status(), `step ${at}`).toBe('');
    if (!died) break;
  }
});

test('a commit that a person made meanwhile is never lost', async () => {
  const house = await houseWithRepository();
  await house.checkpoint();
  house.write('home/memories/MEMORY.md', 'x\n');
  const head = house.git('rev-parse', 'HEAD');
  let mine = '';
  let trees = 0;
  armFaults((operation) => {
    // The index was read and the tree is about to be written: now a person commits.
    if (operation !== 'git' || ++trees !== 9) return;
    mine = house.git('commit-tree', '-p', head, '-m', 'mine', `${head}^{tree}`);
    house.git('update-ref', 'HEAD', mine);
  });
  const outcome = await house.checkpoint().then(
    () => 'made',
    () => 'failed',
  );
  armFaults(null);
  await house.checkpoint();
  expect(mine).not.toBe('');
  expect(outcome).toBe('failed');
  expect(house.git('rev-list', 'HEAD')).toContain(mine);
  expect(house.git('show', 'HEAD:home/memories/MEMORY.md')).toBe('x');
  expect(house.status()).toBe('');
});

test('a repository of sha256 ids serves as well', async () => {
  const house = await houseWithRepository();
  rmSync(join(house.folder, '.git'), { recursive: true });
  house.git('init', '-q', '-b', 'main', '--object-format=sha256');
  expect((await house.checkpoint()).commit).toMatch(/^[0-9a-f]{64}$/);
  expect(house.status()).toBe('');
  expect(readFileSync(join(house.folder, '.git/HEAD'), 'utf8')).toContain('refs/heads/main');
});

test('bytes stand as they are: CRLF, NUL, no line end', async () => {
  const house = await houseWithRepository();
  house.git('config', 'core.autocrlf', 'input');
  const bytes = Buffer.from('a\r\nb\0c');
  house.write('home/memories/MEMORY.md', bytes);
  await house.checkpoint();
  const stored = execFileSync('git', ['cat-file', 'blob', 'HEAD:home/memories/MEMORY.md'], {
    cwd: house.folder,
  });
  expect(stored.equals(bytes)).toBe(true);
});

test('what commits leave is packed once git finds that worth while, and not before', async () => {
  const house = await houseWithRepository();
  const loose = () => Number(/^count: (\d+)$/m.exec(house.git('count-objects', '-v'))?.[1]);
  await house.work();
  await house.checkpoint();
  expect(loose()).toBeGreaterThan(3);
  house.git('config', 'gc.auto', '1');
  // git guesses by the files of one folder of 256.
  for (let at = 0; at < 700; at++) house.write(`home/memories/${at}.md`, `memory ${at}\n`);
  expect((await house.checkpoint()).state).toBe('made');
  expect(loose()).toBe(0);
  expect(house.git('fsck', '--full')).toBe('');
  expect(house.events().filter((type) => type === 'system.warning')).toEqual([]);
});

test('packing that fails costs no checkpoint, and is told; one with a program of its own is left alone', async () => {
  const house = await houseWithRepository();
  await house.work();
  house.git('config', 'gc.auto', 'many');
  expect((await house.checkpoint()).state).toBe('made');
  expect(house.events()).toContain('system.warning');
  house.git('config', 'gc.auto', '1');
  house.git('config', 'gc.recentObjectsHook', `touch '${house.root}/ran'`);
  for (let at = 0; at < 700; at++) house.write(`home/memories/${at}.md`, `memory ${at}\n`);
  expect((await house.checkpoint()).state).toBe('made');
  expect(existsSync(join(house.root, 'ran'))).toBe(false);
  expect(house.git('count-objects', '-v')).not.toMatch(/^count: 0$/m);
});
