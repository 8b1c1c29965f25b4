import {
  COMMON_OPTIONS,
  type CommandRow,
  longName,
  optionsOf,
  propertyName,
  takesValue,
} from './command.ts';
import type { Input } from './input.ts';

/**
 * Reads a command line that is as plain as those of crontabs are: known long options, values
 * apart, as many arguments as the command takes. Anything else is null and goes to commander,
 * which also knows the other notations, help and what a mistyped word may have meant. A plain
 * command line means the same to both; commander costs a third of a whole tick.
 */
export function quickParse(command: CommandRow, argv: readonly string[]): Input | null {
  const known = optionsOf(command);
  const args: string[] = [];
  const options: Record<string, string | true | string[]> = {};
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith('-')) {
      args.push(word);
      continue;
    }
    const option = known.find((candidate) => longName(candidate) === word);
    if (option === undefined) return null;
    const property = propertyName(word);
    if (!takesValue(option)) {
      options[property] = true;
      continue;
    }
    const value = argv[++at];
    if (value === undefined || value.startsWith('-')) return null;
    const before = options[property];
    if (!option.repeats) options[property] = value;
    else options[property] = [...(Array.isArray(before) ? before : []), value];
  }
  const expected = command.arguments ?? [];
  const required = expected.filter((argument) => !argument.optional).length;
  return args.length < required || args.length > expected.length ? null : { args, options };
}

/** `--root x list --json` → `list` and `--root x --json`: the common options may stand before the command. */
export function splitCommand(argv: readonly string[]): {
  name: string | undefined;
  rest: string[];
} {
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    const option = COMMON_OPTIONS.find(
      (candidate) => longName(candidate) === word.split('=', 1)[0],
    );
    if (option === undefined) break;
    if (takesValue(option) && !word.includes('=')) at++;
  }
  return { name: argv[at], rest: [...argv.slice(0, at), ...argv.slice(at + 1)] };
}
