import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendAsHouse, sendAsPerson } from '../../../lib/operations/messages/send.ts';
import type { Message } from '../../../lib/queue/message.ts';
import { type MessageState, readReceived } from '../../../lib/records/message-store.ts';
import { type Bench, bench } from '../../support/bench.ts';

export type Draft = Omit<Message, 'id' | 'from' | 'sent'>;

export const draftTo = (to: string, more: Partial<Draft> = {}): Draft => ({
  to,
  type: 'task',
  urgency: 'high',
  title: 'Find the commit',
  until: null,
  task: null,
  answers: null,
  status: null,
  body: 'Find the commit\n\nIt broke the login.',
  ...more,
});

export const EXTERNAL = 'queue: {adopted: true}\nbodies: {allow: [external], default: external}\n';

/** Two houses of one household; `sovereign` stands in its robed.yaml. */
export async function twoHouses({
  mine = '# Queue of allegro\n',
  theirs = '# Queue of ezra\n',
  settings = EXTERNAL,
  sovereign,
}: {
  mine?: string;
  theirs?: string;
  settings?: string;
  sovereign?: string;
} = {}): Promise<{ allegro: Bench; ezra: Bench }> {
  const allegro = await bench(mine, { name: 'allegro', settings });
  const ezra = await bench(theirs, { name: 'ezra', root: allegro.root, settings });
  if (sovereign !== undefined) {
    writeFileSync(join(allegro.root, 'robed.yaml'), `sovereign: ${sovereign}\n`);
  }
  return { allegro, ezra };
}

export const sendFrom = (house: Bench, draft: Draft) =>
  sendAsHouse(
    house.context,
    draft,
    { house: house.name, run: null, task: draft.task },
    { dryRun: false },
  );

export const sendByHand = (house: Bench, draft: Draft) =>
  sendAsPerson(house.root, draft, { now: Date.now(), dryRun: false });

/** Files that were not taken in. */
export const inboxOf = (house: Bench): string[] =>
  existsSync(house.paths.inbox)
    ? readdirSync(house.paths.inbox).filter((file) => file !== 'read')
    : [];

export const statesOf = (house: Bench): [type: string, state: MessageState][] =>
  readReceived(house.context.db, 50).map(({ type, state }) => [type, state]);
