import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type HousePaths, housePaths } from '../../lib/houses/paths.ts';
import { READ, readMessageFile } from '../../lib/operations/messages/inbox-files.ts';
import { sendAsHouse, sendAsPerson } from '../../lib/operations/messages/send.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseDatabaseToRead } from '../../lib/records/house-db.ts';
import { hasMessages } from '../../lib/records/message-store.ts';
import { householdAt } from '../support/house.ts';
import { CHILD, found, provisionChild } from './household-scenarios.ts';
import { type Scenario, type Stage, within } from './stage.ts';
import type { Violation } from './tally.ts';

export const NOTE = {
  type: 'note',
  urgency: 'high',
  title: 'The tea is ready',
  until: null,
  task: null,
  answers: null,
  status: null,
  body: 'Two cups.',
} as const;

/** Who sends does it again where nothing of it is to be seen; then ticks come by, the other house's first. */
export const MESSAGE_SCENARIOS: Readonly<Record<string, Scenario>> = {
  send: {
    again: true,
    prepare: foundTwo,
    operate: async (stage) => {
      const { name } = stage.house;
      await within(stage, (context) => {
        const sender = { house: name, run: null, task: null };
        if (!hasMessages(context.db))
          sendAsHouse(context, { ...NOTE, to: CHILD }, sender, { dryRun: false });
      });
      await tick(stage, CHILD);
      await tick(stage, name);
      await tick(stage, CHILD);
    },
    check: (root) => came(root, CHILD),
  },
  'send-by-hand': {
    again: true,
    prepare: found,
    operate: async (stage) => {
      const { root, name, paths } = stage.house;
      const draft = { ...NOTE, to: name };
      if (messagesIn(paths).length === 0)
        sendAsPerson(root, draft, { now: stage.clock.now(), dryRun: false });
      await tick(stage, name);
    },
    check: (root) => came(root, householdAt(root).name),
  },
  answer: {
    prepare: async (stage) => {
      await foundTwo(stage);
      const { name } = stage.house;
      const asked = { ...NOTE, type: 'task', to: name } as const;
      const sender = { house: CHILD, run: null, task: null };
      await within(stage, (context) => sendAsHouse(context, asked, sender, { dryRun: false }), {
        name: CHILD,
      });
      await tick(stage, name);
    },
    // No body there takes it: it is BLOCKED.
    operate: (stage) => within(stage, (context) => reconcile(context, { claim: true })),
    check: (root) => lies(root, CHILD),
  },
};

/** Two houses that have read their queues. */
async function foundTwo(stage: Stage): Promise<void> {
  await found(stage);
  await provisionChild(stage);
  await tick(stage, CHILD);
}

const tick = (stage: Stage, name: string): Promise<void> =>
  within(stage, (context) => reconcile(context, { claim: false }), { name });

const pathsOf = (root: string, name: string): HousePaths => housePaths(join(root, 'wizards', name));

/** All that ever lay in an inbox. */
function messagesIn({ inbox }: HousePaths): string[] {
  return [inbox, join(inbox, READ)].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => file.endsWith('.md'))
          .map((file) => join(folder, file))
      : [],
  );
}

/** One message lies with the house `name`, whole. */
function lies(root: string, name: string): Violation[] {
  const files = messagesIn(pathsOf(root, name));
  const violations: Violation[] = files.flatMap((file) => {
    const found = readMessageFile(file, name);
    return 'problem' in found ? [{ harm: 'torn', what: `${file}: ${found.problem}` }] : [];
  });
  if (files.length !== 1)
    violations.push({
      harm: files.length === 0 ? 'lost' : 'duplicated',
      what: `${files.length} messages lie with ${name}: ${files.join(', ')}`,
    });
  return violations;
}

/** It was also taken in, once. */
function came(root: string, name: string): Violation[] {
  const db = openHouseDatabaseToRead(pathsOf(root, name).database);
  const times = readEvents(db, { type: 'message.received' }).length;
  db.close();
  const harm = times === 0 ? 'lost' : 'duplicated';
  const taken = { harm, what: `${name} took a message in ${times} times` } as const;
  return [...lies(root, name), ...(times === 1 ? [] : [taken])];
}
