import type { QueueDocument } from '../../lib/queue/document.ts';

/** All that a reading says, as plain data. */
export function allOf(doc: QueueDocument): unknown {
  const { entries, legend, ...others } = doc;
  return {
    ...others,
    legend: legend === undefined ? null : [...legend],
    entries: entries.map((entry) => ({
      id: entry.id,
      handle: entry.handle,
      title: entry.title,
      titleSpan: entry.titleSpan,
      status: entry.status,
      rawStatus: entry.rawStatus,
      statusSource: entry.statusSource,
      statusSpan: entry.statusSpan,
      priority: entry.priority,
      form: entry.form,
      line: entry.line,
      endLine: entry.endLine,
      span: entry.span,
      section: entry.section,
      unclosed: entry.unclosed,
      fields: [...entry.fields],
    })),
  };
}
