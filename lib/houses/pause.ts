import { parse } from 'yaml';
import { houseSchema } from './settings.ts';

/**
 * A house.yaml that says `paused: true`, every other byte as it was; null where that can't be said
 * by one line (settings in one pair of braces). Pure.
 */
export function pausedText(text: string): string | null {
  if (readsAsPaused(text)) return text;
  const said = /^paused[ \t]*:[^\n]*$/m;
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  const paused = said.test(text)
    ? text.replace(said, 'paused: true')
    : `${text}${end}paused: true\n`;
  return readsAsPaused(paused) ? paused : null;
}

function readsAsPaused(text: string): boolean {
  try {
    return houseSchema.safeParse(parse(text, { logLevel: 'silent' })).data?.paused === true;
  } catch {
    return false;
  }
}
