/** Ids that were seen, whatever their case, each with a number. Quicker than a map of lower-case copies. */
export class SeenIds {
  readonly #ids: string[] = [];
  readonly #values: number[] = [];
  /** Open addressing: 1 + the place in `#ids`, 0 where free. */
  readonly #slots: Int32Array;

  /** `most`: how many ids may come. */
  constructor(most: number) {
    this.#slots = new Int32Array(1 << (33 - Math.clz32(most + 1)));
  }

  /** The number that came with this id first; notes `value` and returns undefined where there is none. */
  first(id: string, value: number): number | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = spread(hashOf(id)) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] ?? 0;
      if (place === 0) {
        this.#slots[slot] = this.#ids.push(id);
        this.#values.push(value);
        return undefined;
      }
      if (isSame(this.#ids[place - 1] ?? '', id)) return this.#values[place - 1];
    }
  }
}

function isSame(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** Of the id in lower case. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    if (code > 127) return hashOfAny(id.toLowerCase());
    hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code + 32 : code), 0x01000193);
  }
  return hash;
}

/** The same, of a text in lower case; a capital beyond ASCII may have a small letter within it. */
function hashOfAny(lower: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < lower.length; at++)
    hash = Math.imul(hash ^ lower.charCodeAt(at), 0x01000193);
  return hash;
}
