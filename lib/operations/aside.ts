/** Work that may take long, beside the looks of a watcher. */
export interface Aside {
  /** Begin it; it is to end soon once `signal` says so, and must not count as done then. */
  begin(work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Break off what is under way, and begin nothing more; resolves when all has ended. */
  close(): Promise<void>;
}

/** `wake` is called each time that something has come to its end, `onTrouble` with what it failed by. */
export function openAside(wake: () => void, onTrouble: (error: unknown) => void): Aside {
  const underWay = new Set<Promise<void>>();
  const broken = new AbortController();
  return {
    begin(work) {
      const ended = () => {
        if (!broken.signal.aborted) wake();
      };
      // Woken by what failed, the watcher would begin it at once again, for ever.
      const one = work(broken.signal)
        .then(ended, onTrouble)
        .finally(() => underWay.delete(one));
      underWay.add(one);
    },
    async close() {
      broken.abort();
      await Promise.all(underWay);
    },
  };
}
