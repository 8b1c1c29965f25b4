/**
 * Text of queues, reports and agents may carry escape sequences that repaint a terminal, retitle
 * it or hide what follows. Control characters (C0, DEL, C1), line separators and the bidirectional
 * overrides are shown as `\u{1b}` instead.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const UNSAFE_IN_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** For one line or cell: a line break is shown as `\n`. */
export function terminalLine(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** For text of several lines: line breaks and tabs stay. */
export function terminalBlock(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(UNSAFE, (character) =>
      character === '\n' || character === '\t' ? character : escapeCharacter(character),
    );
}

/** JSON that is safe to look at: the same document, with the same characters escaped. */
export function terminalJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    UNSAFE_IN_JSON,
    (character) => `\\u${codeOf(character).padStart(4, '0')}`,
  );
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${codeOf(character)}}`;
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16);
}
