import { UserError } from '../core/errors.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { EntryForm, QueueDocument, QueueEntry } from './document.ts';
import { plainText } from './inline.ts';
import { normaliseLabel } from './labels.ts';
import { type Layout, readLayout, treeEnd } from './layout.ts';
import { LINE } from './lines.ts';
import { idPrefix } from './numbering.ts';
import { freshWord } from './own-words.ts';
import { parseQueue } from './parse.ts';
import { insertAt, type Place, placeInSection } from './place.ts';
import { areSame } from './same-entries.ts';
import type { Section } from './section.ts';
import { splitRow } from './table.ts';

/** A task to add. */
export interface NewTask {
  id?: string;
  title: string;
  /** 0 is the most urgent. */
  priority?: number;
  /** By label as it is to be written. */
  fields?: Record<string, string>;
  /** Body text, below the fields. */
  text?: string;
}

/** The edit that adds `task` where the file's tasks of its kind stand. */
export function planAppend(doc: QueueDocument, task: NewTask): TextEdit[] {
  const layout = readLayout(doc);
  const form = mainForm(doc);
  const target = targetSection(doc, layout, task, form);
  const model = modelEntry(doc, form, target);
  const body = render(doc, layout, task, form, model);
  const { place, block } = locate(doc, layout, task, form, target, model, body);
  const edits = [insertAt(layout, place, block)];
  const result = parseQueue(applyEdits(doc.text, edits), { before: doc });
  const added = result.entries.find(
    (entry) =>
      entry.title === plainText(task.title.trim()) &&
      entry.id === (task.id ?? entry.id) &&
      entry.status === 'PENDING',
  );
  const others = result.entries.filter((entry) => entry !== added);
  if (added === undefined || !areSame(others, doc.entries)) {
    throw new UserError(
      `${JSON.stringify(task.title)} would not be read back as one pending task`,
      {
        hint: 'leave ids, states and priorities out of the title, and headings out of the text',
      },
    );
  }
  checkWhole(doc, task, result, added);
  return edits;
}

/** Throws where a part of the task has no place in this file's form, or its text has no end. */
function checkWhole(
  doc: QueueDocument,
  task: NewTask,
  result: QueueDocument,
  added: QueueEntry,
): void {
  const row = added.form === 'table' || added.form === 'pipe';
  const lost = Object.entries(task.fields ?? {}).find(
    ([label, value]) => added.fields.get(normaliseLabel(label))?.value !== value.trim(),
  );
  if (lost !== undefined || (row && (task.text ?? '').trim() !== '')) {
    const part = lost === undefined ? 'the text' : JSON.stringify(lost[0]);
    throw new UserError(`${part} would not be read back from this file's form`, {
      hint: row ? 'a row holds what its table has columns for' : 'make it one plain value',
    });
  }
  const open = (of: QueueDocument) =>
    of.findings.filter(({ code }) => code === 'unclosed-fence' || code === 'unclosed-comment');
  if (open(result).length > open(doc).length)
    throw new UserError('the text opens a code fence or a comment that it never closes');
}

/** The form most entries have; a heading in an empty file. */
function mainForm(doc: QueueDocument): EntryForm {
  const counts = new Map<EntryForm, number>();
  for (const { form } of doc.entries) counts.set(form, (counts.get(form) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? 'heading';
}

function targetSection(
  doc: QueueDocument,
  { outline }: Layout,
  task: NewTask,
  form: EntryForm,
): Section | null {
  if (task.priority !== undefined) {
    const own = outline.find(
      (section) =>
        section.role !== 'task' &&
        section.role !== 'inside' &&
        section.priority === task.priority &&
        section.above?.priority !== task.priority,
    );
    if (own !== undefined) return own;
  }
  const pending = outline.find(({ own }) => own === 'PENDING');
  if (pending !== undefined) return pending;
  const last =
    doc.entries.findLast((entry) => entry.form === form && entry.status === 'PENDING') ??
    doc.entries.findLast((entry) => entry.form === form && entry.statusSource !== 'section');
  if (last === undefined) return null;
  return (
    outline.findLast(
      (section) =>
        section.line < last.line - 1 &&
        section.line >= 0 &&
        section.role !== 'task' &&
        section.role !== 'inside',
    ) ?? null
  );
}

function modelEntry(
  doc: QueueDocument,
  form: EntryForm,
  target: Section | null,
): QueueEntry | undefined {
  const inside =
    target === null
      ? undefined
      : doc.entries.findLast(
          (entry) =>
            entry.form === form && entry.line - 1 > target.line && entry.line - 1 < target.next,
        );
  return inside ?? doc.entries.findLast((entry) => entry.form === form);
}

function locate(
  doc: QueueDocument,
  layout: Layout,
  task: NewTask,
  form: EntryForm,
  target: Section | null,
  model: QueueEntry | undefined,
  body: string,
): { place: Place; block: string } {
  const { lines, eol, outline } = layout;
  if (form === 'table' && model !== undefined)
    return { place: { line: model.endLine, before: false, after: false }, block: body };
  const wanted =
    form === 'heading' &&
    task.priority !== undefined &&
    (target === null || target.priority !== task.priority);
  if (target !== null && !wanted)
    return { place: placeInSection(doc, layout, target, form === 'heading'), block: body };
  if (
    wanted &&
    (doc.entries.length === 0 ||
      outline.some(
        ({ role, level, head, priority }) =>
          role === 'section' && level === 2 && priority !== null && head.id === null,
      ))
  ) {
    return {
      place: { line: priorityLine(layout, task.priority ?? 0), before: true, after: true },
      block: `## P${task.priority}${eol}${eol}${body}`,
    };
  }
  const last = doc.entries.at(-1);
  let line = last?.endLine ?? lines.count;
  if (last === undefined) while (line > 0 && lines.kind[line - 1] === LINE.blank) line--;
  return {
    place: { line, before: form === 'heading' || last === undefined, after: form === 'heading' },
    block: body,
  };
}

/** Priority sections stand in order: before the first that is less urgent. */
function priorityLine({ outline, lines }: Layout, priority: number): number {
  const sections = outline.filter(
    ({ level, role, priority: own }) => level === 2 && role !== 'task' && own !== null,
  );
  const later = sections.find((section) => (section.priority ?? 0) > priority);
  if (later !== undefined) return later.line;
  const last = sections.at(-1);
  return last === undefined ? lines.count : treeEnd(outline, last, lines.count);
}

function render(
  doc: QueueDocument,
  layout: Layout,
  task: NewTask,
  form: EntryForm,
  model: QueueEntry | undefined,
): string {
  const { eol } = layout;
  if (form === 'table' && model !== undefined) return renderRow(doc, task, model);
  if (form === 'pipe' && model !== undefined)
    return `${task.id ?? ''} | ${freshWord(doc, 'PENDING', 'cell')} | ${task.title.trim()}`;
  const prefix =
    task.id === undefined
      ? ''
      : model === undefined
        ? `${task.id}: `
        : idPrefix(doc, model, task.id);
  const fields = Object.entries(task.fields ?? {});
  const text = (task.text ?? '').trim();
  if (form === 'heading') {
    const level =
      model === undefined
        ? '###'
        : (/^\s*(#+)/.exec(doc.text.slice(model.span.start, model.span.start + 12))?.[1] ?? '###');
    const labels = [['Status', freshWord(doc, 'PENDING', 'field')], ...fields].map(
      ([label, value]) => `- **${label}:** ${value}`,
    );
    return (
      [
        `${level} ${prefix}${task.title.trim()}`,
        ...labels,
        ...(text === '' ? [] : ['', ...text.split(/\r?\n/)]),
      ].join(eol) + eol
    );
  }
  const bullet =
    model === undefined
      ? '- '
      : (/^[ \t]*([-*+]\s)/.exec(doc.text.slice(model.span.start, model.span.start + 20))?.[1] ??
        '- ');
  const priority =
    task.priority !== undefined && form === 'checkbox' ? [['Priority', `P${task.priority}`]] : [];
  const nested = [...priority, ...fields].map(([label, value]) => `  - **${label}:** ${value}`);
  const lines =
    text === '' ? [] : text.split(/\r?\n/).map((line) => (line === '' ? '' : `  ${line}`));
  const box =
    form === 'checkbox' ? '[ ] ' : leads(model) ? `${freshWord(doc, 'PENDING', 'bracket')} ` : '';
  return [`${bullet}${box}${prefix}${task.title.trim()}`, ...nested, ...lines].join(eol) + eol;
}

/** True for `- ✅ title` and `- DONE title`. */
function leads(model: QueueEntry | undefined): boolean {
  if (model?.statusSpan == null || model.statusSource !== 'bracket') return false;
  return model.statusSpan.end < model.titleSpan.start;
}

/** A row with the model's columns: id, title, status and named fields filled, the rest empty. */
function renderRow(doc: QueueDocument, task: NewTask, model: QueueEntry): string {
  const end = doc.text.indexOf('\n', model.span.start);
  const stop = end === -1 ? doc.text.length : end;
  const cells = splitRow(
    doc.text,
    model.span.start,
    doc.text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop,
  );
  const named = new Map(
    Object.entries(task.fields ?? {}).map(([label, value]) => [label.toLowerCase(), value]),
  );
  const values = cells.map((cell) => {
    const raw = doc.text.slice(cell.start, cell.end);
    const label = [...model.fields].find(
      ([, field]) => field.span.start === cell.start && field.span.end === cell.end,
    )?.[0];
    if (model.id !== null && plainText(raw) === model.id) return task.id ?? '';
    if (
      model.statusSpan !== null &&
      cell.start <= model.statusSpan.start &&
      model.statusSpan.end <= cell.end
    )
      return freshWord(doc, 'PENDING', 'cell');
    if (label === undefined)
      return model.id !== null && plainText(raw).startsWith(model.id) && task.id !== undefined
        ? `${task.id}: ${task.title.trim()}`
        : task.title.trim();
    if (
      (label === 'priority' || label === 'prio' || label === 'pri' || label === 'p') &&
      task.priority !== undefined
    )
      return `P${task.priority}`;
    return named.get(label) ?? '';
  });
  return `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`;
}
