/** Work that may take long, beside the looks of a watcher. */
export interface Aside {
  /** Begin it; it is to end soon once `signal` says so, and must not count as done then. */
  begin(work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Break off what is under way, and begin nothing more; resolves when all has ended. */
  close(): Promise<void>;
}

/** `wake` is called each time that something has ended, `onTrouble` with what it failed by. */
export function openAside(wake: () => void, onTrouble: (error: unknown) => void): Aside {
  const underWay = new Set<Promise<void>>();
  const broken = new AbortController();
  return {
    begin(work) {
      const one = work(broken.signal)
        .catch(onTrouble)
        .then(() => {
          underWay.delete(one);
          if (!broken.signal.aborted) wake();
        });
      underWay.add(one);
    },
    async close() {
      broken.abort();
      await Promise.all(underWay);
    },
  };
}
