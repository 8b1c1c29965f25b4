import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes what is not ASCII in the scripts of a folder as `\u` escapes. V8 keeps the text of a module
 * as long as the module, and one wider letter doubles it; esbuild leaves those in regular expressions.
 */
export function asciiOnly(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => /\.c?js$/.test(name))) {
    const path = join(folder, file);
    writeFileSync(path, escaped(readFileSync(path, 'utf8')));
  }
}

/** A backslash before such a letter is one too many then. */
const escaped = (text: string): string =>
  text.replace(/((?:\\\\)*)\\?([^\0-\x7f])/g, (_, backslashes: string, letter: string) => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    return `${backslashes}\\u${code}`;
  });
