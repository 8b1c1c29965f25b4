/** Event types that Robed writes. A reader must meet an unknown one calmly: later rooms add theirs. */
export const EVENT_TYPES = [
  'task.created',
  'task.assigned',
  'task.started',
  'task.completed',
  'task.failed',
  'task.retried',
  'task.due',
  'task.lost',
  'task.blocked',
  'task.review',
  'task.approved',
  'task.rejected',
  'task.cancelled',
  'task.deferred',
  'task.deleted',
  'report.quarantined',
  'queue.conflict',
  'queue.settled',
  'queue.unreadable',
  'queue.restored',
  'agent.status_changed',
  'agent.idle',
  'gateway.starting',
  'gateway.started',
  'gateway.stopped',
  'gateway.failed',
  'service.up',
  'service.down',
  'service.restarted',
  'service.given_up',
  'report.made',
  'heartbeat.made',
  'checkpoint.made',
  'message.sent',
  'message.received',
  'message.answered',
  'alert.failed',
  'system.error',
  'system.warning',
  'system.info',
] as const;

type EventType = (typeof EVENT_TYPES)[number];

/** What the household's own jobs tell of themselves: nothing has happened by it. */
export const HOUSEKEEPING_EVENTS: ReadonlySet<string> = new Set<EventType>([
  'report.made',
  'heartbeat.made',
  'checkpoint.made',
  'system.info',
]);

export interface NewEvent {
  type: EventType;
  task?: string | undefined;
  run?: string | undefined;
  attempt?: number | undefined;
  data?: Record<string, unknown>;
}

/** An event as it was recorded. `type` is open: a newer Robed may have written it. */
export interface RecordedEvent {
  id: number;
  /** Milliseconds since the epoch. */
  time: number;
  type: string;
  task: string | null;
  run: string | null;
  attempt: number | null;
  data: Record<string, unknown>;
}
