import type { Timer } from './look-loop.ts';

/** After so long without a stir, nothing more is expected to follow. */
const REST_MS = 3000;

/** What the heap must have grown to since the last time: giving back costs the more, the more there is. */
const GROWN = 1.5;

/** Bytes of the heap, and how to give memory back. */
export interface MemoryMeans {
  heap(): number;
  giveBack(): Promise<void>;
}

/** Gives memory back each time that things have come to rest after a `stir`, where there is some to give. */
export function memoryAtRest(
  timer: Timer,
  { heap, giveBack }: MemoryMeans,
): { stir(): void; close(): void } {
  let cancel = () => {};
  let left = 0;
  let open = true;
  const settle = async (): Promise<void> => {
    if (heap() < left * GROWN) return;
    await giveBack();
    left = heap();
  };
  return {
    stir() {
      if (!open) return;
      cancel();
      // Where it fails, nothing is lost but room.
      cancel = timer(REST_MS, () => void settle().catch(() => {}));
    },
    close() {
      open = false;
      cancel();
    },
  };
}
