/** bullmq.ts <its main file> <port> <count>: jobs that were added before are worked off. */

const CONCURRENCY = 10;

interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: object[]): Promise<unknown>;
    getCompletedCount(): Promise<number>;
    obliterate(options: object): Promise<void>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    processor: () => Promise<string>,
    options: object,
  ) => {
    on(name: 'completed', fn: () => void): void;
    waitUntilReady(): Promise<unknown>;
    run(): Promise<void>;
    close(): Promise<void>;
  };
}

const [path = '', port = '', wanted = ''] = process.argv.slice(2);
const count = Number(wanted);
const { Queue, Worker } = (await import(path)) as BullMq;
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue('bench', { connection });
await queue.obliterate({ force: true });
await queue.addBulk(Array.from({ length: count }, (_, id) => ({ name: 'task', data: { id } })));
const worker = new Worker('bench', async () => 'This is what came of it.', {
  connection,
  concurrency: CONCURRENCY,
  autorun: false,
});
await worker.waitUntilReady();

const begun = performance.now();
const done = Promise.withResolvers<number>();
let completed = 0;
worker.on('completed', () => {
  if (++completed === count) done.resolve(performance.now() - begun);
});
void worker.run();
const ms = await done.promise;
const kept = await queue.getCompletedCount();
await worker.close();
await queue.close();
console.log(JSON.stringify({ ms, done: kept }));
process.exit(0);
