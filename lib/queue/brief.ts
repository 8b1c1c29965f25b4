import type { Code, ListItem, Node, Parent, Root } from 'mdast';
import { UserError } from '../core/errors.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { codeSpans, isOwnLabel, readFields } from './fields.ts';
import { plainText } from './inline.ts';
import { readPlainFences } from './plain-brief.ts';

/** A fenced code block of a task. */
export interface CodeBlock {
  /** The info string's first word, lower case; '' where the fence has none. */
  language: string;
  code: string;
  /** 1-based line in the queue file. */
  line: number;
}

interface Criterion {
  text: string;
  done: boolean;
}

/** All that a task's block says. Untrusted text. */
export interface TaskBrief {
  title: string;
  /** The block as written. */
  text: string;
  /** Fenced blocks in order, without the one that belongs to Verify. */
  blocks: CodeBlock[];
  /** Commands that must all pass. */
  verify: string[];
  /** Paths as written. */
  produces: string[];
  dependsOn: string[];
  /** Checkboxes inside the block. */
  acceptance: Criterion[];
  /** Where the task came from; null for one that the owner wrote. */
  from: string | null;
  /** Fields that Robed does not act on, by normalised label. */
  extra: Record<string, string>;
}

/** A longer block is no task, and remark's time is not linear in it. */
const LIMIT = 256 * 1024;

/** Reads one entry's block, with remark where it is not plain. Throws a UserError where the block is too long. */
export async function readBrief(doc: QueueDocument, entry: QueueEntry): Promise<TaskBrief> {
  const text = doc.text.slice(entry.span.start, entry.span.end);
  if (text.length > LIMIT) {
    throw new UserError(
      `expected a task of at most ${LIMIT / 1024} KB, found ${Math.round(text.length / 1024)}`,
      { line: entry.line },
    );
  }
  const fields = readFields(entry);
  const nodes = await readNodes(text, entry);
  const below = verifyBlock(entry, nodes.blocks);
  return {
    title: entry.title,
    text,
    blocks: nodes.blocks.filter((block) => block !== below),
    verify: below !== null ? [below.code] : commands(fields.verify),
    produces: fields.produces,
    dependsOn: fields.dependsOn,
    acceptance: nodes.acceptance,
    from: fields.from,
    extra: extraFields(entry),
  };
}

async function readNodes(
  text: string,
  entry: QueueEntry,
): Promise<{ blocks: CodeBlock[]; acceptance: Criterion[] }> {
  // A shell takes the CR of a line that an editor ended by CRLF for a part of its last word.
  const source = dedent(text).replaceAll('\r\n', '\n');
  const plain = readPlainFences(source);
  if (plain !== null) {
    const blocks = plain.map((fence) => ({ ...fence, line: entry.line + fence.line }));
    return { blocks, acceptance: [] };
  }
  const tree: Root = (await parser()).parse(source);
  const blocks: CodeBlock[] = [];
  const acceptance: Criterion[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'code') {
      const code = node as Code;
      const start = code.position?.start.offset ?? 0;
      if (/^(?:`{3}|~{3})/.test(source.slice(start, start + 3))) {
        blocks.push({
          language: (code.lang ?? '').toLowerCase(),
          code: code.value,
          line: entry.line + (code.position?.start.line ?? 1) - 1,
        });
      }
    } else if (node.type === 'listItem') {
      const item = node as ListItem;
      if (typeof item.checked === 'boolean' && (item.position?.start.line ?? 1) > 1) {
        acceptance.push({ text: firstLine(source, item), done: item.checked });
      }
    }
    if ('children' in node) for (const child of (node as Parent).children) visit(child);
  };
  visit(tree);
  return { blocks, acceptance };
}

let made: Promise<{ parse(source: string): Root }> | undefined;

/** Made once: putting its parts together costs more than reading a task with it. */
function parser(): Promise<{ parse(source: string): Root }> {
  made ??= Promise.all([import('remark'), import('remark-gfm')]).then(
    ([{ remark }, { default: remarkGfm }]) => remark().use(remarkGfm).freeze(),
  );
  return made;
}

/** A nested entry's block starts indented, which would make it indented code. */
function dedent(text: string): string {
  const indent = /^[ \t]*/.exec(text)?.[0].length ?? 0;
  if (indent === 0) return text;
  return text.replace(/^[ \t]+/gm, (space) => space.slice(Math.min(indent, space.length)));
}

function firstLine(source: string, item: ListItem): string {
  const paragraph = item.children[0];
  const start = paragraph?.position?.start.offset ?? 0;
  return plainText(
    (source.slice(start, paragraph?.position?.end.offset ?? start).split('\n')[0] ?? '').replace(
      /^\[[ xX]\]\s*/,
      '',
    ),
  );
}

/** The shell block that stands where an empty Verify leaves its value. */
function verifyBlock(entry: QueueEntry, blocks: CodeBlock[]): CodeBlock | null {
  const field = entry.fields.get('verify') ?? entry.fields.get('verification');
  if (field === undefined || field.span.start !== field.span.end) return null;
  const next = blocks.find((block) => block.line > field.line && block.line <= field.line + 2);
  return next !== undefined && ['', 'sh', 'bash', 'shell'].includes(next.language) ? next : null;
}

/** Inline code where the value has any, else the whole value. */
function commands(value: string | null): string[] {
  if (value === null || /^(?:none|n\/a|[\s—–-]*)$/i.test(value)) return [];
  return codeSpans(value) ?? [value.trim()];
}

function extraFields(entry: QueueEntry): Record<string, string> {
  const extra: Record<string, string> = {};
  for (const [label, field] of entry.fields)
    if (!isOwnLabel(label))
      Object.defineProperty(extra, label, { value: field.value, enumerable: true });
  return extra;
}
