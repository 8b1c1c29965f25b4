import { EFFECT } from './queues.ts';

/** What a person does to the text of a queue. Entries are named by their place; every one is a function of the text. */

const LAST = 'Last words.';

interface Entry {
  id: string;
  status: string;
  block: string;
}

export const newQueue = (): string => `# Queue\n\nWords of a person.\t \n\n${LAST}\n`;

/** The entries of a text, in its order. */
export function entriesOf(text: string): Entry[] {
  const [, ...blocks] = bodyOf(text).split(/^(?=## )/m);
  return blocks.map((block) => ({
    block,
    id: /^## (\S+):/.exec(block)?.[1] ?? '',
    status: /\*\*Status:\*\* (\S+)/.exec(block)?.[1] ?? '',
  }));
}

export const added = (text: string, id: string): string => {
  const block = [`## ${id}: Stone`, '', '- **Status:** PENDING', '', ...EFFECT, '', ''].join('\n');
  return text.replace(LAST, block + LAST);
};

export const deleted = (text: string, at: number): string =>
  edited(text, (blocks) => void blocks.splice(at, 1));

export const moved = (text: string, at: number, to: number): string =>
  edited(text, (blocks) => {
    const [block = ''] = blocks.splice(at, 1);
    blocks.splice(to, 0, block);
  });

export const doubled = (text: string, at: number): string =>
  edited(text, (blocks) => void blocks.splice(at, 0, blocks[at] ?? ''));

export const retitled = (text: string, at: number, title: string): string =>
  edited(text, (blocks) => {
    blocks[at] = (blocks[at] ?? '').replace(/^(## \S+:).*/, `$1 ${title}`);
  });

export const restated = (text: string, at: number, status: string): string =>
  edited(text, (blocks) => {
    blocks[at] = (blocks[at] ?? '').replace(/(\*\*Status:\*\*) \S+/, `$1 ${status}`);
  });

function edited(text: string, change: (blocks: string[]) => void): string {
  const body = bodyOf(text);
  const [head = '', ...blocks] = body.split(/^(?=## )/m);
  if (blocks.length === 0) return text;
  change(blocks);
  return head + blocks.join('') + text.slice(body.length);
}

const bodyOf = (text: string): string => text.slice(0, text.indexOf(LAST));
