/** Characters of an alert; a telephone shows no more anyway. */
const LIMIT = 1000;

/** Control characters, line separators and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * What has the look of a key: a bot's token, a bearer's, OpenAI's and its likes, Git hosts', a
 * password in an address, and whatever is assigned to such a name.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}/g, '[secret]'],
  [/\b(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abpr])[-_][A-Za-z0-9_-]{12,}/g, '[secret]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:[secret]@'],
  [
    /\b([\w-]*(?:key|token|secret|password|passwd))(["']?\s*[=:]\s*["']?)[^\s"'&,;]{6,}/gi,
    '$1$2[secret]',
  ],
];

/**
 * Text of tasks, agents and programs as one line that may leave the machine: nothing in it drives a
 * terminal, and what looks like a key is struck out.
 */
export function plainLine(text: string): string {
  let line = text.replace(UNSAFE, ' ').replace(/ {2,}/g, ' ').trim();
  for (const [pattern, instead] of SECRETS) line = line.replace(pattern, instead);
  const characters = [...line];
  return characters.length > LIMIT ? `${characters.slice(0, LIMIT - 1).join('')}…` : line;
}
