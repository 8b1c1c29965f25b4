/** What a version of the queue changed against the one before it, by task key. */
interface TaskChange {
  /** File status before and after; null where the entry was, or is, not there. */
  status?: [string | null, string | null];
  /** Text hash before and after. */
  text?: [string | null, string | null];
}

export type Changes = Record<string, TaskChange>;

/** A splice in UTF-16 offsets of the version before, with the text it took away. */
export interface Splice {
  start: number;
  removed: string;
  text: string;
}

interface VersionBase {
  /** Rises by one; the order of versions. */
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
  /** SHA-256 of the bytes, hex. */
  hash: string;
  changes: Changes;
}

/** A past version of the queue: a person's save whole, Robed's own as splices of its parent. */
export type Version =
  | (VersionBase & {
      by: 'person';
      file: string;
      /** Kept where it was displaced or saved over: it was not the queue's head then. */
      aside?: true;
    })
  | (VersionBase & {
      by: 'robed';
      parent: number;
      splices: Splice[];
      renames?: Record<string, string>;
      /** Keys of the entries that it moved into archive/. */
      archived?: readonly string[];
    });

export const isAside = (version: Version): boolean =>
  version.by === 'person' && version.aside === true;

/** What a version says of one task. */
export interface FileState {
  status: string;
  text: string;
}
