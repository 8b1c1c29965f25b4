/** graphile-worker.ts <its main file> <url> <count>: jobs that were added before are worked off. */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const CONCURRENCY = 10;

interface Job {
  query(sql: string, values?: unknown[]): Promise<{ rows: { count: string }[] }>;
}

interface GraphileWorker {
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    withPgClient<T>(fn: (client: Job) => Promise<T>): Promise<T>;
    release(): Promise<void>;
  }>;
  run(options: object): Promise<{
    events: { on(name: 'job:complete', fn: (of: { error: unknown }) => void): void };
    stop(): Promise<void>;
  }>;
  Logger: new (make: () => () => void) => unknown;
}

const [path = '', connectionString = '', wanted = ''] = process.argv.slice(2);
const count = Number(wanted);
const worker = (await import(path)) as GraphileWorker;
const { default: pg } = await import(createRequire(path).resolve('pg'));
const pool = new pg.Pool({ connectionString, max: CONCURRENCY + 2 });
const logger = new worker.Logger(() => () => {});
const options = { pgPool: pool, logger };
const utils = await worker.makeWorkerUtils(options);
await utils.migrate();
await utils.withPgClient(async (client) => {
  await client.query('create table if not exists reports (id int primary key, text text)');
  await client.query('truncate reports');
  await client.query(
    "select graphile_worker.add_job('task', json_build_object('id', n)) from generate_series(1, $1::int) n",
    [count],
  );
});

const begun = performance.now();
const done = Promise.withResolvers<void>();
let completed = 0;
const runner = await worker.run({
  ...options,
  concurrency: CONCURRENCY,
  noHandleSignals: true,
  taskList: {
    task: ({ id }: { id: number }, helpers: Job) =>
      helpers.query('insert into reports values ($1, $2)', [id, 'This is what came of it.']),
  },
});
runner.events.on('job:complete', ({ error }) => {
  if (error) done.reject(error);
  if (++completed === count) done.resolve();
});
await done.promise;
// It deletes what is done a little later, and only then will it not be done again.
while (await countOf('graphile_worker.jobs')) await sleep(1);
const ms = performance.now() - begun;
await runner.stop();
const reports = await countOf('reports');
await utils.release();
await pool.end();
console.log(JSON.stringify({ ms, done: reports }));

function countOf(table: 'graphile_worker.jobs' | 'reports'): Promise<number> {
  return utils.withPgClient(async (client) => {
    const { rows } = await client.query(`select count(*) from ${table}`);
    return Number(rows[0]?.count);
  });
}
