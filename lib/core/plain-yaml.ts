/**
 * The YAML that Robed itself writes: one `key: value` a line, where a value is a plain scalar, a
 * list of such or a mapping of such. Both ways do what the `yaml` package does, or give null where
 * only that can tell: loading it costs more than a whole tick.
 */

type Scalar = string | number | boolean | null;
type Value = Scalar | Scalar[] | Record<string, Scalar>;

const KEY = /^[A-Za-z](?:[\w -]*\w)?$/;

/** What YAML 1.2 takes for something else than a string. */
const NO_STRING =
  /^(?:~|[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;

const QUOTED = /^"([0-9A-Za-z.+-]+)"$/;

/** Lines of YAML, each with its end; null where a value is not as plain as that. */
export function renderPlainYaml(data: Readonly<Record<string, unknown>>): string | null {
  let text = '';
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    if (!isKey(key)) return null;
    const rendered = renderScalar(value) ?? renderBlock(value);
    if (rendered === null) return null;
    text += rendered.startsWith('\n') ? `${key}:${rendered}\n` : `${key}: ${rendered}\n`;
  }
  return text;
}

/** What such lines say; null where they may say something else. */
export function readPlainYaml(source: string): Record<string, unknown> | null {
  const data: Record<string, Value> = {};
  const lines = source.split('\n');
  if (lines.pop() !== '') return null;
  for (let at = 0; at < lines.length; ) {
    const field = readField(lines[at++] as string);
    if (field === null || Object.hasOwn(data, field.key)) return null;
    if (field.text !== '') {
      const value = field.text === '[]' ? [] : field.text === '{}' ? {} : readScalar(field.text);
      if (value === undefined) return null;
      data[field.key] = value;
      continue;
    }
    const first = at;
    while (lines[at]?.startsWith('  ')) at++;
    const block = readBlock(lines.slice(first, at).map((line) => line.slice(2)));
    if (block === null) return null;
    data[field.key] = block;
  }
  return data;
}

function renderScalar(value: unknown): string | null {
  if (value === null || typeof value === 'boolean') return String(value);
  // A minus zero is written with its sign, which only the package knows.
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : null;
  }
  if (typeof value !== 'string') return null;
  if (isPlain(value)) return value;
  const quoted = `"${value}"`;
  return NO_STRING.test(value) && QUOTED.test(quoted) ? quoted : null;
}

function renderBlock(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  let text = '';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || (!isList && !isKey(key))) return null;
    const scalar = renderScalar(item);
    if (scalar === null) return null;
    text += isList ? `\n  - ${scalar}` : `\n  ${key}: ${scalar}`;
  }
  if (text === '') return isList ? '[]' : '{}';
  return text;
}

function readBlock(lines: readonly string[]): Value | null {
  if (lines.length === 0) return null;
  if (lines[0]?.startsWith('- ')) {
    const items = lines.map((line) =>
      line.startsWith('- ') ? readScalar(line.slice(2)) : undefined,
    );
    return items.every((item) => item !== undefined) ? items : null;
  }
  const block: Record<string, Scalar> = {};
  for (const line of lines) {
    const field = readField(line);
    const value = field === null ? undefined : readScalar(field.text);
    if (field === null || value === undefined || Object.hasOwn(block, field.key)) return null;
    block[field.key] = value;
  }
  return block;
}

/** `text` is empty where the value stands on the next lines. */
function readField(line: string): { key: string; text: string } | null {
  const colon = line.indexOf(':');
  const key = line.slice(0, colon);
  if (colon === -1 || !isKey(key)) return null;
  if (colon === line.length - 1) return { key, text: '' };
  if (line[colon + 1] !== ' ' || colon === line.length - 2) return null;
  return { key, text: line.slice(colon + 2) };
}

/** Undefined where it may be something else. */
function readScalar(text: string): Scalar | undefined {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^(?:0|[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  const quoted = QUOTED.exec(text);
  if (quoted) return quoted[1];
  return isPlain(text) ? text : undefined;
}

const isKey = (key: string): boolean =>
  KEY.test(key) && !NO_STRING.test(key) && key !== 'constructor';

/** A string that YAML writes, and reads, as it is: no indicator in front, no `: `, ` #` or odd end. */
const isPlain = (text: string): boolean =>
  /^[A-Za-z0-9/_.(][\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2190-\u2fff]*$/.test(text) &&
  !/: | #|[ :-]$/.test(text) &&
  !NO_STRING.test(text);
