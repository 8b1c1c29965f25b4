import { singleQuoted } from '../../core/single-quoted.ts';
import { houseNames } from '../../houses/household.ts';

/** A command line for a person to copy into a shell; the house is named where there are several. */
export function typedCommand(root: string, wizard: string, words: readonly string[]): string {
  const house = houseNames(root).length > 1 ? ['--wizard', wizard] : [];
  return ['robed', ...words, ...house].map(quoted).join(' ');
}

/** Ids come from files that anybody writes: in single quotes a shell takes nothing for its own. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith('~/') ? word : singleQuoted(word);
}
