import type { Timer } from './look-loop.ts';

/** After so long without a stir, nothing more is expected to follow. */
const REST_MS = 3000;

/** What the heap must have grown to since the last time: giving back costs the more, the more there is. */
const GROWN = 1.5;

/** Bytes by which it may grow while there is no rest: V8 would let it become several times as much. */
const MOST = 128 * 1024 * 1024;

/** Bytes of the heap, and how to give memory back. */
export interface MemoryMeans {
  heap(): number;
  giveBack(): Promise<void>;
}

/** Gives memory back each time that things have come to rest after a `stir`, or that there is much to give. */
export function memoryAtRest(
  timer: Timer,
  { heap, giveBack }: MemoryMeans,
): { stir(): void; close(): void } {
  let cancel = () => {};
  let left = 0;
  let open = true;
  let giving = false;
  const settle = async (least: number): Promise<void> => {
    if (giving || heap() < least) return;
    giving = true;
    try {
      await giveBack();
    } catch {
      // Nothing is lost but room.
    }
    left = heap();
    giving = false;
  };
  return {
    stir() {
      if (!open) return;
      cancel();
      void settle(left + MOST);
      cancel = timer(REST_MS, () => void settle(left * GROWN));
    },
    close() {
      open = false;
      cancel();
    },
  };
}
