/**
 * One Ctrl-C may arrive several times: the terminal signals the whole group, and npm, or the
 * launcher on an older Node, passes it on besides. What comes within this time is one.
 */
const ONE_PRESS_MS = 300;

/**
 * Calls `handle` with 1 at the first SIGINT or SIGTERM, with 2 at the next, and which it was.
 * Returns how to stop listening.
 */
export function onInterrupt(
  monotonic: () => number,
  handle: (count: number, signal: NodeJS.Signals) => void,
): () => void {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  const listener = (signal: NodeJS.Signals) => {
    const now = monotonic();
    if (now - last < ONE_PRESS_MS) return;
    last = now;
    handle(++count, signal);
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}
