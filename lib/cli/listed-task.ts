import type { Finding, QueueDocument, QueueEntry } from '../queue/document.ts';

/** One house, or one file, as `list --json` shows it. Stable; see docs/commands.md. */
export interface ListedQueue {
  /** null where a file was named by --queue. */
  wizard: string | null;
  /** Absolute path. */
  queue: string;
  findings: Finding[];
  tasks: ListedTask[];
}

export interface ListedTask {
  id: string | null;
  handle: string;
  title: string;
  status: string;
  rawStatus: string | null;
  statusSource: string;
  priority: number | null;
  line: number;
  endLine: number;
  form: string;
  section: string[];
  /** Values by label, as written. */
  fields: Record<string, string>;
}

export function listQueue(wizard: string | null, queue: string, doc: QueueDocument): ListedQueue {
  return { wizard, queue, findings: doc.findings, tasks: doc.entries.map(listTask) };
}

export function listTask(entry: QueueEntry): ListedTask {
  const { id, handle, title, status, rawStatus, statusSource, priority } = entry;
  const { line, endLine, form, section } = entry;
  const fields = Object.fromEntries(
    [...entry.fields.values()].map(({ label, value }) => [label, value]),
  );
  const said = { id, handle, title, status, rawStatus, statusSource, priority };
  return { ...said, line, endLine, form, section, fields };
}
