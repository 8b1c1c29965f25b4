/** A word that a POSIX shell takes as it stands, whatever is in it. */
export const singleQuoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
