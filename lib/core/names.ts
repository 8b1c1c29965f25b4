import { createHash } from 'node:crypto';

/**
 * A file name for an id that came from anywhere. Ids of 1 to 64 characters out of
 * `A-Z a-z 0-9 . _ -` that do not start with a dot stand as they are; any other becomes
 * `slug+hash`. A `+` is in no id that stands, so two ids never share a name.
 */
export function safeName(id: string): string {
  return /^(?!\.)[A-Za-z0-9._-]{1,64}$/.test(id) ? id : `${slug(id)}+${digest(id)}`;
}

function slug(id: string): string {
  const plain = id.normalize('NFKD').replace(/\p{M}+/gu, '');
  const words = plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  return words.slice(0, 40).replace(/[-.]+$/, '') || 'id';
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 10);
}
