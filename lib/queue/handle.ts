const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A stable address for an entry: `~` and eight characters of base32 (40 bits), from a 64-bit
 * FNV-1a-like hash. Not a secret and not collision-proof against malice: a clash shows as an
 * ambiguous handle, which `find` refuses.
 */
export function handleOf(section: number, form: string, title: string, ordinal: number): string {
  let high = section ^ (ordinal + 0x9e3779b9);
  let low = Math.imul(section, 0x01000193) ^ ordinal ^ form.charCodeAt(0);
  for (let i = 0; i < title.length; i++) {
    let code = title.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code ^ (low >>> 15), 0x85ebca6b);
  }
  low = mix(low ^ title.length);
  high = mix(high ^ low);
  const at = (value: number, shift: number) => ALPHABET.charCodeAt((value >>> shift) & 31);
  return String.fromCharCode(
    126,
    at(low, 0),
    at(low, 5),
    at(low, 10),
    at(low, 15),
    at(high, 0),
    at(high, 5),
    at(high, 10),
    at(high, 15),
  );
}

/** A 32-bit hash of a section's path. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
