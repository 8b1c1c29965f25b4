import type { HouseContext } from '../../operations/context.ts';
import type { RecordedEvent } from '../../records/event.ts';

/** How `start` shows what happens: on a terminal the houses live, else a line for each event. */
export interface Show {
  /** A house may have changed. */
  look(context: HouseContext): void;
  events(context: HouseContext, events: readonly RecordedEvent[]): void;
  trouble(wizard: string, error: unknown): void;
  /** What came of it as a whole; it stays to be read. */
  say(text: string): void;
  /** What a person may do just now. */
  ask(text: string): void;
  /** The last call; houses are still open. */
  close(): void;
}
