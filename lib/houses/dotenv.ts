import { readPlain } from '../platform/plain-file.ts';

const MAX_BYTES = 256 * 1024;

/**
 * The variables of a `.env` as python-dotenv reads them, which is what Hermes does: `export` in
 * front, single and double quotes, comments. The last of two counts. Nothing is expanded. Empty
 * where there is no regular file.
 */
export function readDotenv(path: string): Record<string, string> {
  return parseDotenv(decoded(readPlain(path, MAX_BYTES) ?? Buffer.alloc(0)));
}

/** Whether a UTF-8 byte order mark leads it. python-dotenv takes that for part of the first name. */
export function beginsWithMark(path: string): boolean {
  return readPlain(path, MARK.length)?.equals(MARK) ?? false;
}

const MARK = Buffer.from('\ufeff');

/** What was meant, without its byte order mark; UTF-16 too, which Hermes writes anew as UTF-8. */
function decoded(bytes: Buffer): string {
  const order = bytes.toString('hex', 0, 2);
  const encoding = order === 'fffe' ? 'utf-16le' : order === 'feff' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

const BINDING =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|([^\r\n]*))/gm;

export function parseDotenv(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, single, double, bare] of text.matchAll(BINDING)) {
    if (name === undefined) continue;
    if (single !== undefined) found[name] = single.replace(/\\(['\\])/g, '$1');
    else if (double !== undefined) found[name] = unescaped(double);
    else found[name] = (bare ?? '').replace(/(?:^|\s+)#.*$/, '').trimEnd();
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"'nrt])/g, (_, character: string) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** One line for a `.env`: bare where that is safe, else in single quotes. */
export function dotenvLine(name: string, value: string): string {
  if (/^[\w./:@%+=,-]*$/.test(value)) return `${name}=${value}\n`;
  return `${name}='${value.replace(/['\\]/g, '\\$&')}'\n`;
}
