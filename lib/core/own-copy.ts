/** The same characters, but for themselves: a slice of a text keeps the whole of that text in memory. */
export function ownCopy(slice: string): string {
  return ` ${slice}`.slice(1);
}
