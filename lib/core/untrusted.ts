/** Reading JSON that a program or a server wrote: never throws, believes no type. */

export type JsonObject = Record<string, unknown>;

export function parseObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

export const asObject = (value: unknown): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A count or an amount; undefined where it is no number of at least 0. */
export const asAmount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
