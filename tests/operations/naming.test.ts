import { describe, expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { type Bench, bench, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const claimedOf = (house: Bench) => house.told('task.assigned').map((event) => event.task);
const shell = (text: string) => `\n\n\`\`\`sh\n${text}\n\`\`\`\n`;

describe('an entry without an id', () => {
  test('gets the next free one when it is claimed, and nothing else is changed', async () => {
    const queue = `${task('T-7', 'echo 7')}\n### Sweep the floor\n- **Status:** PENDING${shell('echo swept')}`;
    const house = await bench(queue);
    await house.work();
    expect(house.queue()).toBe(
      queue.replaceAll('PENDING', 'COMPLETE').replace('### Sweep', '### T-8: Sweep'),
    );
    expect(claimedOf(house)).toEqual(['T-7', 'T-8']);
  });

  test('never gets one that was deleted', async () => {
    const house = await bench(`${task('T-1', 'echo 1')}\n${task('T-9', 'echo 9')}`);
    await house.work();
    house.save(task('T-1', 'echo 1').replace('PENDING', 'COMPLETE'));
    await house.work();
    house.advance(5000);
    await house.work();
    house.save(`${house.queue()}\n### Sweep\n- **Status:** PENDING${shell('echo swept')}`);
    await house.work();
    expect(claimedOf(house).at(-1)).toBe('T-10');
  });

  test('is not named before it is its turn', async () => {
    const queue = `# Q\n\n### Sweep the floor\n- **Status:** PENDING\n- **Not before:** 2100-01-01${shell('echo swept')}`;
    const house = await bench(queue);
    await house.work();
    expect(house.queue()).toBe(queue);
  });
});

/** Each form of entry that has no id; what it looks like when it is done, with ids never given. */
const FORMS: Record<string, { queue: string; done: string }> = {
  'a heading': {
    queue: '# Q\n\n### Sweep\n- **Status:** PENDING\n\nwords\n',
    done: '# Q\n\n### Sweep\n- **Status:** COMPLETE\n\nwords\n',
  },
  'a checkbox': {
    queue: '# Tasks\n\n- [x] Dust\n- [ ] Sweep\n  with care\n- other words\n',
    done: '# Tasks\n\n- [x] Dust\n- [x] Sweep\n  with care\n- other words\n',
  },
  'a table row': {
    queue: '# Q\n\n| Task | Status |\n|---|---|\n| Dust | done |\n| Sweep | pending |\n',
    done: '# Q\n\n| Task | Status |\n|---|---|\n| Dust | done |\n| Sweep | done |\n',
  },
  'a bullet': {
    queue: '# Q\n\n## In Progress\n\n## To Do\n\n- Sweep\n\n## Done\n\n- Dust\n',
    done: '# Q\n\n## In Progress\n\n## To Do\n\n## Done\n\n- Dust\n- Sweep\n',
  },
};

const OUTSIDE = 'queue: {adopted: true}\nbodies: {allow: [external], default: external}\n';

describe('with `ids: never`, by its handle,', () => {
  for (const [form, { queue, done }] of Object.entries(FORMS)) {
    test(`${form} goes from pending to done in the file's own words, its other bytes as they were`, async () => {
      const front = '---\nids: never\n---\n';
      const house = await bench(front + queue, { settings: OUTSIDE });
      await house.dispatch();
      const [run] = house.runs();
      expect(run?.task).toMatch(/^~/);
      house.leaveReport(run?.task ?? '', reportOf(run as NonNullable<typeof run>, 'COMPLETE'));
      await house.work();
      expect(house.runs()).toEqual([]);
      expect(house.queue()).toBe(front + done);
      expect(house.told('task.completed')).toHaveLength(1);
      await house.work();
      expect(house.told('task.assigned')).toHaveLength(1);
    });
  }

  test('a task can be retried, and keeps its record when others move about it', async () => {
    const house = await bench(`---\nids: never\n---\n# Tasks\n\n- [ ] Sweep\n`, {
      settings: OUTSIDE,
    });
    await house.dispatch();
    const [run] = house.runs() as [ReturnType<Bench['run']>];
    house.leaveReport(run.task, reportOf(run, 'COMPLETE'));
    await house.work();
    house.edit('# Tasks\n', '# Tasks\n\n- [x] Dust\n');
    await house.work();
    await changeTask(house.context, run.task, { type: 'retry' }, { dryRun: false });
    await house.dispatch();
    expect(house.runs()).toMatchObject([{ task: run.task }]);
  });
});

describe('with ids given at the claim,', () => {
  for (const [form, { queue }] of Object.entries(FORMS)) {
    test(`${form} is named, done, and run once`, async () => {
      const house = await bench(queue, { settings: OUTSIDE });
      await house.dispatch();
      const [run] = house.runs() as [ReturnType<Bench['run']>];
      expect(run.task).not.toMatch(/^~/);
      expect(house.queue()).toContain(run.task);
      house.leaveReport(run.task, reportOf(run, 'COMPLETE'));
      await house.work();
      expect(house.record(run.task).status).toBe('COMPLETE');
      expect(house.told('task.assigned')).toHaveLength(1);
      house.advance(10_000);
      await house.work();
      expect(house.events()).not.toContain('task.deleted');
    });
  }
});

test('with `ids: never`, an entry that a person moves to the section of what is done is done by hand', async () => {
  const house = await bench(
    '---\nids: never\n---\n# Q\n\n## To Do\n\n- Sweep\n- Wipe\n\n## Done\n\n- Dust\n',
    {
      settings:
        'queue: {adopted: true}\nbodies: {allow: [external], default: external}\nconcurrency: 2\npaused: true\n',
    },
  );
  await house.work();
  house.save('---\nids: never\n---\n# Q\n\n## To Do\n\n- Wipe\n\n## Done\n\n- Dust\n- Sweep\n');
  await house.work();
  house.advance(5000);
  await house.work();
  expect(house.events()).not.toContain('task.deleted');
  expect(house.told('task.created')).toHaveLength(3);
  expect(house.told('task.completed')).toMatchObject([{ data: { by: 'person' } }]);
});
