/** What came of handing one alert to one sink. Reasons hold no address and no key. */
export type Delivery =
  | { type: 'delivered' }
  /** Tried again with the next round; `until`: not before (milliseconds since the epoch). */
  | { type: 'failed'; reason: string; until?: number }
  /** The other side will never take this one: the next is tried instead. */
  | { type: 'refused'; reason: string };

export const DELIVERED: Delivery = { type: 'delivered' };

export const failed = (reason: string): Delivery => ({ type: 'failed', reason });

/** HTTP's answers that are about what was sent, not about who sent it or when. */
const ABOUT_THE_MESSAGE: ReadonlySet<number> = new Set([400, 413, 422]);

/** What an HTTP status says of a delivery. */
export function deliveryOfStatus(status: number): Delivery {
  if (status >= 200 && status < 300) return DELIVERED;
  const reason = `it answered ${status}`;
  return ABOUT_THE_MESSAGE.has(status) ? { type: 'refused', reason } : failed(reason);
}

/** Seconds of a `Retry-After`; null where it names none (a date, nothing). */
export function retryAfterSeconds(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) : null;
}
