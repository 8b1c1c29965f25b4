/** What a request may say besides its text. */
interface Request {
  text: string;
  context?: string | undefined;
  question?: string | undefined;
  /** `A: keep it; pro no risk; con slow`. */
  options: readonly string[];
  recommendation?: string | undefined;
}

/** A request as Markdown: the text, then what it is about, what is asked, and between what. */
export function renderRequest({
  text,
  context,
  question,
  options,
  recommendation,
}: Request): string {
  const parts = [
    text.trim(),
    labelled('Context', context),
    labelled('Question', question),
    options.length === 0 ? '' : ['**Options:**', ...options.map(renderOption)].join('\n'),
    labelled('Recommendation', recommendation),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function labelled(label: string, value: string | undefined): string {
  return value === undefined ? '' : `**${label}:** ${value.trim()}`;
}

function renderOption(option: string): string {
  const [first = '', ...rest] = option.split(';').map((part) => part.trim());
  const named = /^([^:]{1,40}):\s*(.*)$/.exec(first);
  const head = named === null ? first : `**${named[1]}:** ${named[2]}`;
  const sides = rest
    .filter((part) => part !== '')
    .map(
      (part) =>
        `  - ${part.replace(/^(pro|con)\b:?\s*/i, (_, side: string) => `${side.toLowerCase()}: `)}`,
    );
  return [`- ${head}`, ...sides].join('\n');
}
