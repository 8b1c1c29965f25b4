import type { RecordedEvent } from '../../records/event.ts';

/** An event in a few words, without its time and wizard: `TASK-001 claimed (shell: …)`. Untrusted text. */
export function eventWords(event: RecordedEvent): string {
  const what = words(event);
  return event.task === null ? what : `${event.task} ${what}`;
}

function words({ type, attempt, data }: RecordedEvent): string {
  const text = (name: string): string => {
    const value = data[name];
    return value === undefined || value === null || value === '' ? '' : String(value);
  };
  const because = (name = 'reason') => (text(name) ? `: ${text(name)}` : '');
  const byPerson = text('by') === 'person' ? ' by hand' : '';
  switch (type) {
    case 'task.created':
      return `is new${text('status') ? ` (${text('status')})` : ''}`;
    case 'task.assigned':
      return `claimed (${text('why') || text('body')})`;
    case 'task.started':
      return `started (${text('body')}, attempt ${attempt ?? 1})`;
    case 'task.completed':
      return `complete${byPerson}${text('approvedBy') ? `, approved by ${text('approvedBy')}` : ''}`;
    case 'task.failed':
      return data['final'] === false
        ? `failed, to be tried again (${text('attempts')} of ${text('limit')})${because()}`
        : `failed${byPerson}${because()}`;
    case 'task.retried':
      return 'is to be tried again';
    case 'task.due':
      return 'is due again';
    case 'task.lost':
      return `lost with its runner${because()}`;
    case 'task.blocked':
      return `blocked${byPerson}${because()}`;
    case 'task.review':
      return text('phase') === 'after'
        ? 'its result waits for approval'
        : `is in review${because()}`;
    case 'task.approved':
      return `approved by ${text('by')}`;
    case 'task.rejected':
      return `rejected by ${text('by')}${because()}`;
    case 'report.quarantined':
      return `report ${text('file')} quarantined${because()}`;
    default:
      return `${type.replace(/^task\./, '')}${because(data['message'] === undefined ? 'reason' : 'message')}`;
  }
}
