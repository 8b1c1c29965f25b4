import type { Head, StatusPlace } from './head.ts';
import { readPriority } from './priority.ts';
import { readStatus } from './words.ts';

/** `DONE`, `P1`, `queued, normal` within brackets: true where every part is a status or a priority. */
export function takeLabels(
  text: string,
  start: number,
  end: number,
  head: Head,
  place: StatusPlace,
): boolean {
  if (end <= start || end - start > 200) return false;
  const status = readStatus(text, start, end);
  if (status?.exact === true && !status.choice && head.status === null) {
    head.status = { ...status, end: Math.min(status.end, end) };
    head.place = place;
    const rest = text.slice(status.end, end).replace(/^\s*[,;|/·]\s*/, '');
    if (rest !== '') head.priority ??= wholePriority(rest);
    return true;
  }
  const inner = text.slice(start, end);
  const priority = wholePriority(inner);
  if (priority !== null) {
    head.priority ??= priority;
    return true;
  }
  const comma = inner.indexOf(',');
  if (comma > 0 && wholePriority(inner.slice(0, comma)) !== null) {
    const after = readStatus(text, start + comma + 1, end);
    if (after?.exact === true) {
      head.priority ??= wholePriority(inner.slice(0, comma));
      if (head.status === null) {
        head.status = after;
        head.place = place;
      }
      return true;
    }
  }
  return false;
}

/** The priority that a text names if it says nothing else. */
function wholePriority(text: string): number | null {
  const trimmed = text.trim();
  if (
    !/^(?:p\d|[\p{L}-]{3,9}(?:\s+priority)?|prio(?:rity)?\s*[:=]?\s*\S{1,9}|#[A-E])$/iu.test(
      trimmed,
    )
  )
    return null;
  return readPriority(trimmed.replace(/^prio(?:rity)?\s*[:=]?\s*/i, '').replace(/^#/, ''));
}
