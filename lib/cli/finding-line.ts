import type { Finding } from '../queue/document.ts';

/** `warning: line 12: the id … (duplicate-id)`, the line named once. Untrusted text as it is. */
export function findingLine({ level, code, line, message }: Finding): string {
  const named = line === null || message.startsWith(`line ${line} `);
  return `${level}: ${named ? '' : `line ${line}: `}${message} (${code})`;
}
