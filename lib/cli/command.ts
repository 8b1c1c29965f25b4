import type { Context } from './context.ts';
import type { Input } from './input.ts';

/** What shell completion offers in a place. */
type Completes = 'task' | 'wizard' | 'field' | 'command' | 'shell' | 'file';

export interface ArgumentRow {
  name: string;
  summary: string;
  optional?: true;
  completes?: Completes;
}

export interface OptionRow {
  /** `--queue <file>`, or `--follow`. Every option has a long name and no other. */
  flags: string;
  summary: string;
  completes?: Completes;
  /** It may be given several times; takes a value. */
  repeats?: true;
}

/** A command as the table of commands.ts has it; its module is loaded when it is run. */
export interface CommandRow {
  name: string;
  summary: string;
  /** Command line and what it does, most useful first; shown before anything else in its help. */
  examples: readonly (readonly [line: string, does: string])[];
  arguments?: readonly ArgumentRow[];
  options?: readonly OptionRow[];
  /** It changes something, so it takes --dry-run. */
  changes?: true;
  /** It looks at no house, so it takes no common options. */
  houseless?: true;
  /** For Robed's own use; not in help, and houseless. */
  hidden?: true;
  load(): Promise<CommandModule>;
}

interface CommandModule {
  /** Resolves to an exit code of lib/core/errors.ts. */
  run(context: Context, input: Input): Promise<number>;
}

const COMMON: readonly OptionRow[] = [
  { flags: '--wizard <name>', summary: 'only this wizard’s house', completes: 'wizard' },
  {
    flags: '--root <dir>',
    summary: 'the household (else ROBED_ROOT, the one you stand in, this checkout’s)',
    completes: 'file',
  },
  { flags: '--json', summary: 'stable JSON on stdout' },
];

const DRY_RUN: OptionRow = {
  flags: '--dry-run',
  summary: 'show what would change, change nothing',
};

/** The command's own options, then those that it shares with others. */
export function optionsOf(command: CommandRow): readonly OptionRow[] {
  const own = command.options ?? [];
  if (command.hidden || command.houseless) return own;
  return [...own, ...(command.changes ? [DRY_RUN] : []), ...COMMON];
}

/** Options that may also stand before the command's name. */
export const COMMON_OPTIONS: readonly OptionRow[] = [...COMMON, DRY_RUN];

/** `--until-idle <x>` → `--until-idle`. */
export function longName(option: OptionRow): string {
  return option.flags.split(' ', 1)[0] as string;
}

export function takesValue(option: OptionRow): boolean {
  return option.flags.includes(' ');
}

/** `--until-idle` → `untilIdle`. */
export function propertyName(long: string): string {
  return long.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
