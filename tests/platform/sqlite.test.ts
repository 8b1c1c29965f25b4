import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import {
  type DatabaseOptions,
  isBroken,
  openDatabase,
  prepare,
  transaction,
} from '../../lib/platform/sqlite.ts';
import { scratch } from './scratch.ts';

afterEach(() => armFaults(null));

function house(...migrations: string[]) {
  const folder = scratch();
  const directory = join(folder, 'migrations');
  mkdirSync(directory);
  const add = (sql: string, index: number) =>
    writeFileSync(join(directory, `00${index + 1}-step.sql`), sql);
  migrations.forEach(add);
  const path = join(folder, 'house.db');
  const open = (options: Partial<DatabaseOptions> = {}): DatabaseSync => {
    const db = openDatabase(path, { migrations: directory, synchronous: 'FULL', ...options });
    onTestFinished(() => {
      if (db.isOpen) db.close();
    });
    return db;
  };
  return { path, directory, add, open };
}

const TABLE = 'CREATE TABLE t (x INTEGER NOT NULL) STRICT;';
const values = (db: DatabaseSync) =>
  prepare(db, 'SELECT x FROM t ORDER BY x')
    .all()
    .map(({ x }) => x);
const insert = (db: DatabaseSync, x: number) => prepare(db, 'INSERT INTO t VALUES (?)').run(x);

test('makes a private database in WAL mode, with foreign keys and a durable commit', () => {
  const { path, open } = house(TABLE);
  const db = open();
  insert(db, 1);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('busy_timeout')).toBe(5000);
});

test('applies each migration once, in order, also to a database that has data', () => {
  const { add, open } = house(TABLE);
  const first = open();
  insert(first, 7);
  first.close();
  add('ALTER TABLE t ADD COLUMN y INTEGER;', 1);
  const db = open();
  expect(db.prepare('SELECT * FROM t').get()).toEqual({ x: 7, y: null });
  db.close();
  open().close();
});

test('where another process migrates first, nothing is applied twice', () => {
  const { open } = house(TABLE);
  armFaults((operation) => {
    if (operation !== 'migrate') return;
    armFaults(null);
    open().close();
  });
  insert(open(), 1);
});

test('a migration that fails leaves the database as it was', () => {
  const { add, path, open } = house(TABLE);
  open().close();
  add('CREATE TABLE u (x); CREATE TABLE t (x);', 1);
  expect(() => open()).toThrow('t already exists');
  const db = new DatabaseSync(path);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'u'").get()).toBeUndefined();
  db.close();
});

test('refuses a schema newer than the program', () => {
  const { path, open } = house(TABLE);
  open().exec('PRAGMA user_version = 9');
  const refusal = {
    exitCode: 78,
    file: path,
    message: 'expected a database of schema 1, found schema 9',
  };
  expect(() => open()).toThrow(expect.objectContaining(refusal));
});

test('refuses what is no database, in words', () => {
  const { path, open } = house(TABLE);
  writeFileSync(path, 'just text, and a good deal of it '.repeat(50));
  expect(() => open()).toThrow(UserError);
  expect(() => open()).toThrow(expect.objectContaining({ exitCode: 78, file: path }));
});

test('opened to be read, it makes nothing and writes nothing', () => {
  const { path, open } = house(TABLE);
  expect(() => open({ readOnly: true })).toThrow(expect.objectContaining({ exitCode: 78 }));
  expect(existsSync(path)).toBe(false);
  const writer = open();
  insert(writer, 1);
  const reader = open({ readOnly: true });
  expect(values(reader)).toEqual([1]);
  expect(() => insert(reader, 2)).toThrow('readonly');
});

test('a transaction is kept whole or undone whole', () => {
  const db = house(TABLE).open();
  expect(transaction(db, () => insert(db, 1).changes)).toBe(1);
  const fail = () =>
    transaction(db, () => {
      insert(db, 2);
      throw new Error('no');
    });
  expect(fail).toThrow('no');
  expect(values(db)).toEqual([1]);
  expect(() => transaction(db, async () => insert(db, 3))).toThrow('asynchronous');
  expect(values(db)).toEqual([1]);
});

test('a transaction within another is undone alone, and kept only with the outer one', () => {
  const db = house(TABLE).open();
  transaction(db, () => {
    insert(db, 1);
    expect(() =>
      transaction(db, () => {
        insert(db, 2);
        throw new Error('inner');
      }),
    ).toThrow('inner');
    transaction(db, () => insert(db, 3));
  });
  expect(values(db)).toEqual([1, 3]);
  expect(() =>
    transaction(db, () => {
      transaction(db, () => insert(db, 4));
      throw new Error('outer');
    }),
  ).toThrow('outer');
  expect(values(db)).toEqual([1, 3]);
});

test('a commit that fails undoes the transaction', () => {
  const db = house(TABLE).open();
  armFaults((operation) => {
    if (operation === 'commit') throw new Error('disk');
  });
  expect(() => transaction(db, () => insert(db, 1))).toThrow('disk');
  armFaults(null);
  expect(values(db)).toEqual([]);
  expect(db.isTransaction).toBe(false);
});

test('a statement is prepared once a connection', () => {
  const { open } = house(TABLE);
  const [a, b] = [open(), open()];
  expect(prepare(a, 'SELECT 1')).toBe(prepare(a, 'SELECT 1'));
  expect(prepare(a, 'SELECT 1')).not.toBe(prepare(b, 'SELECT 1'));
});

test('many processes may open a new database at once, and none loses a write', async () => {
  const { path, directory, open } = house(TABLE);
  const children = Array.from({ length: 6 }, (_, index) =>
    spawn(process.execPath, ['--input-type=module', '-e', WRITER, path, directory, String(index)], {
      stdio: ['ignore', 'inherit', 'pipe'],
    }),
  );
  const said = await Promise.all(
    children.map(async (child) => {
      let text = '';
      child.stderr.on('data', (piece) => {
        text += piece;
      });
      const [code] = await once(child, 'close');
      return { code, text };
    }),
  );
  // Not a word on stderr: Node 24 has no experimental warning for it.
  expect(said).toEqual(said.map(() => ({ code: 0, text: '' })));
  expect(values(open())).toHaveLength(120);
});

const WRITER = `
import { openDatabase, prepare, transaction } from '${new URL('../../lib/platform/sqlite.ts', import.meta.url).href}';
const [path, migrations, index] = process.argv.slice(1);
const db = openDatabase(path, { migrations, synchronous: 'NORMAL' });
for (let n = 0; n < 20; n += 1) {
  transaction(db, () => prepare(db, 'INSERT INTO t VALUES (?)').run(Number(index) * 100 + n));
}
`;

/** What beginning to write fails by, without waiting. */
function failsBy(db: DatabaseSync): unknown {
  db.exec('PRAGMA busy_timeout = 0');
  try {
    return transaction(db, () => null);
  } catch (error) {
    return error;
  }
}

test.runIf(process.platform === 'linux')(
  'a write lock that this very process keeps is not waited for',
  () => {
    const { open } = house(TABLE);
    const db = open();
    // As one that could not be let go: it is this process', and no transaction of `db`.
    const other = open();
    other.exec('BEGIN IMMEDIATE');
    const stuck = failsBy(db);
    expect(stuck).toMatchObject({ message: 'this process could not let go of the database' });
    expect(isBroken(stuck)).toBe(true);
    other.exec('COMMIT');
    expect(failsBy(db)).toBeNull();
  },
);

test('one that another process has is waited for', async () => {
  const { path, open } = house(TABLE);
  const db = open();
  const holder = spawn(process.execPath, [
    '-e',
    `const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)});
    db.exec('BEGIN IMMEDIATE'); console.log('held'); setInterval(() => {}, 60000);`,
  ]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const busy = failsBy(db);
  expect(busy).toMatchObject({ message: expect.stringMatching(/another process kept/) });
  expect(isBroken(busy)).toBe(false);
});
