import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { adoptQueue } from '../../lib/operations/adopt.ts';
import type { TaskCommand } from '../../lib/operations/carry-out.ts';
import { changeTask } from '../../lib/operations/change-task.ts';
import { editQueue } from '../../lib/operations/edit-queue.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { sendAsPerson } from '../../lib/operations/messages/send.ts';
import { restoreVersion } from '../../lib/operations/past-versions.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { runTask } from '../../lib/operations/run-task.ts';
import { settleConflicts } from '../../lib/operations/settle-conflicts.ts';
import { type ProcessIdentity, self } from '../../lib/platform/identity.ts';
import { appendTask, nextId, setField } from '../../lib/queue/edit.ts';
import { findEntry } from '../../lib/queue/find.ts';
import { readOpenRuns, takeRun } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { deadProcess, launchNobody } from '../support/house.ts';
import { finishRun, playOutsider } from './drive.ts';
import { HOUSEHOLD_SCENARIOS } from './household-scenarios.ts';
import { MESSAGE_SCENARIOS, NOTE } from './message-scenarios.ts';
import { type DraftTask, draftQueue, type QueueStyle, STYLES, taskId } from './queues.ts';
import { between, pick } from './random.ts';
import { finishAll, type Scenario, type Stage, within } from './stage.ts';
import { WATCH_SCENARIOS } from './watch-scenarios.ts';

const settings = (more = ''): string =>
  `queue:\n  adopted: true\nbodies:\n  allow: [shell, external]\n${more}`;

/** A queue of a few tasks; `lines` are those of the first. */
function write(
  stage: Stage,
  options: { style?: QueueStyle; statuses?: string[]; lines?: string[]; unnamed?: boolean } = {},
): void {
  const { random, house } = stage;
  const style = options.style ?? pick(random, STYLES);
  const statuses =
    options.statuses ?? Array.from({ length: between(random, 1, 3) }, () => 'PENDING');
  const tasks = statuses.map(
    (status, at): DraftTask => ({
      id: options.unnamed ? null : taskId(at + 1),
      status,
      ...(at === 0 && options.lines ? { lines: options.lines } : {}),
    }),
  );
  house.write(draftQueue(random, style, tasks));
}

const monitor = (stage: Stage): Promise<void> =>
  within(stage, (context) => reconcile(context, { claim: false }));
const dispatch = (stage: Stage): Promise<void> =>
  within(stage, (context) => reconcile(context, { claim: true }));

/** Save as an editor does that renames. */
function save(stage: Stage, change: (text: string) => string): void {
  const { house } = stage;
  const text = change(house.read());
  writeFileSync(`${house.paths.queue}~`, text);
  renameSync(`${house.paths.queue}~`, house.paths.queue);
}

const command =
  (reference: string, what: TaskCommand) =>
  (stage: Stage): Promise<void> =>
    within(stage, (context) => changeTask(context, reference, what, { dryRun: false }));

const FIRST = taskId(1);
const SECOND = taskId(2);

/** One more entry, in the style of the file. */
function withEntry(text: string, id: string): string {
  if (text.includes('| ID |'))
    return text.replace(
      '\n\nLast words.',
      `\n| ${id} | Another stone | PENDING | external |\n\nLast words.`,
    );
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = [
    `## ${id}: Another stone`,
    '',
    '- **Status:** PENDING',
    '',
    '```sh',
    'echo x >> effects',
    'echo done',
    '```',
    '',
  ];
  return text.replace('Last words.', [...block, 'Last words.'].join(eol));
}

/** A claimed run whose dispatcher died before anybody took it. */
async function claimedRun(stage: Stage, lines?: string[]): Promise<void> {
  write(stage, { style: pick(stage.random, ['heading', 'windows']), ...(lines ? { lines } : {}) });
  await within(stage, (context) => reconcile(context, { claim: true }), { launch: launchNobody });
}

/** Let the open runs be at work in the hands of `holder`. */
const hold = (stage: Stage, holder: ProcessIdentity): Promise<void> =>
  within(stage, async (context) => {
    const leaseUntil = stage.clock.now() + 3_600_000;
    for (const open of readOpenRuns(context.db)) {
      takeRun(context.db, open.run, {
        state: 'running',
        holder,
        startedAt: stage.clock.now(),
        leaseUntil,
      });
    }
  });

const run = (stage: Stage): Promise<void> =>
  within(stage, async (context) => {
    const [claimed] = readOpenRuns(context.db);
    if (claimed === undefined) throw new Error('the scenario has no run');
    await runTask(context, claimed.run, { sleep, nudge: () => {} });
  });

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'first-read': { prepare: async (stage) => write(stage), operate: monitor },
  dispatch: {
    prepare: async (stage) => {
      write(stage);
      await monitor(stage);
    },
    operate: dispatch,
  },
  'dispatch-unnamed': {
    command: true,
    prepare: async (stage) => {
      write(stage, { style: 'heading', unnamed: true });
      await monitor(stage);
    },
    operate: dispatch,
  },
  run: {
    prepare: (stage) =>
      claimedRun(stage, ['- **Verify:** `test -s effects`', '- **Produces:** effects']),
    operate: run,
  },
  'run-failing': {
    prepare: (stage) => claimedRun(stage, ['- **Verify:** `grep -c . effects | grep -qx 2`']),
    operate: run,
  },
  settle: {
    prepare: async (stage) => {
      await claimedRun(stage);
      await within(stage, async (context) => {
        for (const open of readOpenRuns(context.db)) finishRun(context, open.run);
      });
    },
    operate: monitor,
  },
  'settle-failed': {
    prepare: async (stage) => {
      await claimedRun(stage);
      await within(stage, async (context) => {
        for (const open of readOpenRuns(context.db))
          recordEnd(context, open, emptyResult('failed', 'no luck'));
      });
    },
    operate: monitor,
  },
  reclaim: {
    prepare: async (stage) => {
      await claimedRun(stage);
      await hold(stage, deadProcess());
    },
    operate: dispatch,
  },
  outsider: {
    prepare: async (stage) => {
      write(stage, { style: 'table' });
      await dispatch(stage);
      await within(stage, async (context) => {
        for (const open of readOpenRuns(context.db)) playOutsider(context, open);
      });
    },
    operate: dispatch,
  },
  save: {
    keeps: [FIRST, taskId(9)],
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED', 'DEFERRED'] });
      await finishAll(stage);
      save(stage, (text) =>
        withEntry(text.replace('DEFERRED', 'PENDING').replace('DEFERRED', 'CANCELLED'), taskId(9)),
      );
    },
    operate: monitor,
  },
  'stale-save': {
    keeps: [FIRST, taskId(9)],
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED'] });
      await monitor(stage);
      const old = stage.house.read();
      await finishAll(stage);
      save(stage, (text) => withEntry(text, taskId(9)));
      await monitor(stage);
      save(stage, () => (stage.random() < 0.5 ? old : old.replace('DEFERRED', 'PENDING')));
    },
    operate: monitor,
  },
  'stale-save-and-dispatch': {
    keeps: [FIRST, taskId(9)],
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED', 'DEFERRED'] });
      await monitor(stage);
      const old = stage.house.read();
      await finishAll(stage);
      save(stage, (text) => withEntry(text, taskId(9)));
      await finishAll(stage);
      save(stage, () => old.replace('Last words.', 'Other last words.'));
    },
    operate: dispatch,
  },
  set: {
    command: true,
    prepare: async (stage) => {
      write(stage, { style: pick(stage.random, ['heading', 'windows']) });
      await monitor(stage);
    },
    operate: (stage) =>
      within(stage, async (context) => {
        editQueue(context, (doc) => setField(doc, findEntry(doc, FIRST), 'Priority', 'P0'));
        await reconcile(context, { claim: false });
      }),
  },
  add: {
    command: true,
    prepare: async (stage) => {
      write(stage);
      await monitor(stage);
    },
    operate: (stage) =>
      within(stage, async (context) => {
        const id = (doc: Parameters<typeof nextId>[0]) =>
          nextId(doc, () => readTasks(context.db).keys());
        editQueue(context, (doc) => appendTask(doc, { id: id(doc), title: 'A stone more' }));
        await reconcile(context, { claim: false });
      }),
  },
  retry: {
    command: true,
    prepare: async (stage) => {
      write(stage);
      await finishAll(stage);
    },
    operate: command(FIRST, { type: 'retry' }),
  },
  cancel: {
    command: true,
    prepare: async (stage) => {
      write(stage);
      await monitor(stage);
    },
    operate: command(FIRST, { type: 'cancel' }),
  },
  'cancel-running': {
    command: true,
    prepare: async (stage) => {
      await claimedRun(stage);
      await hold(stage, self());
    },
    operate: command(FIRST, { type: 'cancel' }),
  },
  'approve-before': {
    command: true,
    prepare: async (stage) => {
      write(stage, {
        style: 'heading',
        statuses: ['PENDING'],
        lines: ['- **Approval:** required'],
      });
      await dispatch(stage);
    },
    operate: command(FIRST, { type: 'approve', by: 'timmy' }),
  },
  'approve-after': {
    command: true,
    prepare: async (stage) => {
      write(stage, { style: 'heading', statuses: ['PENDING'], lines: ['- **Approval:** after'] });
      await finishAll(stage);
    },
    operate: command(FIRST, { type: 'approve', by: 'timmy' }),
  },
  reject: {
    command: true,
    prepare: async (stage) => {
      write(stage, { style: 'heading', statuses: ['PENDING'], lines: ['- **Approval:** after'] });
      await finishAll(stage);
    },
    operate: command(FIRST, { type: 'reject', by: 'timmy', reason: 'not good enough' }),
  },
  adopt: {
    command: true,
    prepare: async (stage) => {
      writeFileSync(stage.house.paths.settings, settings('# a comment\n').replace('true', 'false'));
      write(stage);
      await monitor(stage);
    },
    operate: (stage) =>
      within(stage, async (context) => {
        await adoptQueue(context, { apply: true });
        await reconcile(context, { claim: true });
      }),
  },
  restore: {
    command: true,
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED'] });
      await finishAll(stage);
      save(stage, (text) => text.replace('Last words.', 'Newer last words.'));
      await monitor(stage);
    },
    operate: (stage) => within(stage, (context) => restoreVersion(context, 1, { dryRun: false })),
  },
  'settle-conflicts': {
    command: true,
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'PENDING', 'DEFERRED'] });
      await monitor(stage);
      const old = stage.house.read();
      await finishAll(stage);
      save(stage, () => old);
      await monitor(stage);
    },
    operate: (stage) =>
      within(stage, async (context) => settleConflicts(context, null, { dryRun: false })),
  },
  'forged-report': {
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED'] });
      await finishAll(stage);
      const { paths } = stage.house;
      writeFileSync(reportPath(paths, FIRST), '---\nrun: forged\nstatus: FAILED\n---\nnot true\n');
      writeFileSync(
        reportPath(paths, SECOND),
        '---\nrun: forged\nstatus: COMPLETE\n---\nnot true\n',
      );
      writeFileSync(triggerPath(paths, 'nobody'), 'no trigger at all\n');
    },
    operate: monitor,
  },
  rebuild: {
    forgets: true,
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED', 'DEFERRED'] });
      await finishAll(stage);
      save(stage, (text) => text.replaceAll('DEFERRED', 'PENDING'));
      await within(stage, (context) => reconcile(context, { claim: true }), {
        launch: launchNobody,
      });
      for (const part of ['', '-wal', '-shm'])
        rmSync(stage.house.paths.database + part, { force: true });
    },
    operate: dispatch,
  },
  message: {
    prepare: async (stage) => {
      write(stage);
      await monitor(stage);
      const { root, name: to } = stage.house;
      const draft = { ...NOTE, type: 'task', to } as const;
      sendAsPerson(root, draft, { now: stage.clock.now(), dryRun: false });
    },
    operate: dispatch,
  },
  due: {
    prepare: async (stage) => {
      write(stage, { style: 'heading', lines: ['- **Every:** 1h'] });
      await finishAll(stage);
      stage.clock.advance(3_600_000);
    },
    operate: dispatch,
  },
  deletion: {
    prepare: async (stage) => {
      write(stage, { style: 'table', statuses: ['PENDING', 'DEFERRED', 'DEFERRED'] });
      await monitor(stage);
      save(stage, (text) => text.replace(/\| TASK-002 .*\n/, ''));
      await monitor(stage);
      stage.clock.advance(3000);
    },
    operate: monitor,
  },
  'orphaned-save': {
    keeps: [FIRST, taskId(9)],
    prepare: async (stage) => {
      write(stage, { statuses: ['PENDING', 'DEFERRED'] });
      await finishAll(stage);
      const { queue } = stage.house.paths;
      mkdirSync(dirname(queue), { recursive: true });
      const theirs = withEntry(stage.house.read(), taskId(9));
      writeFileSync(
        join(dirname(queue), '.WORK-QUEUE.md.2147483646-1-0123456789ab.robed-swap'),
        theirs,
      );
    },
    operate: monitor,
  },
  ...WATCH_SCENARIOS,
  ...HOUSEHOLD_SCENARIOS,
  ...MESSAGE_SCENARIOS,
};
