import { type ArgumentHandler, type OptionHandler, RootCommand } from '@bomb.sh/tab';
import { findHousehold, houseNames, loadHouse } from '../houses/household.ts';
import { type CommandRow, longName, type OptionRow, optionsOf, takesValue } from './command.ts';
import { COMMANDS } from './commands.ts';
import { currentFolder, type World } from './context.ts';
import { readQueueFile } from './queue-file.ts';
import { SHELLS } from './shells.ts';
import { terminalLine } from './terminal-text.ts';

/** A word that may stand there, and what it means. */
type Offer = readonly [value: string, means: string];

/**
 * Answers what a shell's completion script asks (`robed complete -- set TA`): an offer a line. What
 * can't be read is not offered; a person who presses Tab wants no error.
 */
export async function completeWords(world: World, words: readonly string[]): Promise<void> {
  const wizards = wizardsOf(world, words);
  const tasks = wantsTasks(words) ? await tasksOf(wizards) : [];
  const offers: Record<string, readonly Offer[]> = {
    task: tasks,
    wizard: wizards.map(({ name }) => [name, 'a house'] as const),
    field: FIELDS,
    shell: SHELLS.map((shell) => [shell, ''] as const),
    command: COMMANDS.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary]),
  };
  const handlerOf = (completes: string | undefined): OptionHandler & ArgumentHandler =>
    function (this: unknown, complete) {
      for (const [value, means] of offers[completes ?? ''] ?? []) complete(value, means);
    };
  const root = new RootCommand();
  for (const command of COMMANDS) if (!command.hidden) addCommand(root, command, handlerOf);
  root.command('help', 'a command’s own help').argument('command', handlerOf('command'));
  root.parse([...words]);
}

const FIELDS: readonly Offer[] = [
  ['status', 'any status word'],
  ['priority', 'P0 is the most urgent'],
  ['title', ''],
  ['Depends on', 'ids, by commas'],
  ['Verify', 'a command that must pass'],
  ['Produces', 'files that must exist'],
  ['Timeout', '15m'],
  ['Attempts', '3'],
  ['Not before', 'a time'],
  ['Every', 'a duration or a cron expression'],
  ['Body', 'who does it'],
  ['Approval', 'required or after'],
  ['Budget', 'money, tokens or turns'],
];

function addCommand(
  root: RootCommand,
  row: CommandRow,
  handlerOf: (completes: string | undefined) => OptionHandler & ArgumentHandler,
): void {
  const command = root.command(row.name, row.summary);
  for (const { name, completes } of row.arguments ?? [])
    command.argument(name, handlerOf(completes));
  for (const option of optionsOf(row)) {
    const name = longName(option).slice(2);
    if (takesValue(option)) command.option(name, option.summary, handlerOf(option.completes));
    else command.option(name, option.summary);
  }
}

interface Wizard {
  root: string;
  name: string;
}

function wizardsOf(world: World, words: readonly string[]): Wizard[] {
  try {
    const root = findHousehold(valueAfter(words, '--root'), world.environment, currentFolder());
    return houseNames(root).map((name) => ({ root, name }));
  } catch {
    return [];
  }
}

function valueAfter(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at === -1 || at === words.length - 1 ? undefined : words[at + 1];
}

/** Only a command that takes a task is worth reading the queues for. */
function wantsTasks(words: readonly string[]): boolean {
  const command = COMMANDS.find(({ name }) => words.includes(name));
  const rows: readonly (OptionRow | { completes?: string })[] = [
    ...(command?.arguments ?? []),
    ...(command?.options ?? []),
  ];
  return rows.some(({ completes }) => completes === 'task');
}

async function tasksOf(wizards: readonly Wizard[]): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const { root, name } of wizards) {
    try {
      const { paths } = await loadHouse(root, name);
      for (const { id, handle, title, status } of readQueueFile(paths.queue, root).doc.entries) {
        offers.push([terminalLine(id ?? handle), terminalLine(`${status} ${title}`)]);
      }
    } catch {
      // That house offers nothing.
    }
  }
  return offers;
}
