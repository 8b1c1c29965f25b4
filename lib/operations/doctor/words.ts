import { relative } from 'node:path';
import { singleQuoted } from '../../core/single-quoted.ts';
import type { Household } from './patient.ts';

/** A path as a shell takes it. */
export const quoted = (path: string): string =>
  /^[\w./@%+=:,-]+$/.test(path) ? path : singleQuoted(path);

/** The command that opens a file, at a 1-based line. */
export const edit = (path: string, line?: number): string =>
  `\${EDITOR:-vi} ${line === undefined ? '' : `+${line} `}${quoted(path)}`;

/** A path as a person reads it: from the household's root, where it lies below. */
export function shown({ root }: Pick<Household, 'root'>, path: string): string {
  const inside = relative(root, path);
  return inside === '' || inside.startsWith('..') ? path : inside;
}

/** `T-1, T-2 and 3 more`. */
export function few(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  if (rest <= 0) {
    const [last = '', ...before] = names.toReversed();
    return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
  }
  return `${names.slice(0, most).join(', ')} and ${rest} more`;
}

/** `1 report`, `3 reports`. */
export const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

/** An octal mode as chmod writes it. */
export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
