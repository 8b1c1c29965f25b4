import { type CrontabText, fromBytes, readBlocks } from './crontab-block.ts';
import { JOBS } from './job-files.ts';

/** A crontab line of somebody else's scripts that works on one of our houses. */
export interface OldLine {
  /** 1-based. */
  line: number;
  text: string;
}

/** Scripts by the names that the founding documents gave them. */
const FOUNDING =
  /(?:^|[\s/'"])(?:[\w-]+[-_])?(?:dispatch(?:er)?|task[-_]monitor)\.(?:py|sh|js|rb|pl)\b/;
const SCRIPT = /\b(?:python[\d.]*|bash|sh|node|perl|ruby)\b|\.(?:py|sh)\b|dispatch|task[-_]monitor/;
/** Robed's own commands do no harm outside a block: its ticks know of each other. */
const OURS = new RegExp(
  `/tick\\.sh'? '?(?:${JOBS.join('|')})\\b|/robed\\.js'? |\\brobed (?:${JOBS.join('|')})\\b`,
);
/** A line may call ours, and then somebody else's. */
const COMMANDS = /;|&&|\|\|?/;

/**
 * Lines outside Robed's blocks that touch a queue of these houses: two dispatchers would share it.
 * Pure; throws as `readBlocks` does.
 */
export function findOldLines(
  text: CrontabText,
  root: string,
  wizards: readonly string[],
): OldLine[] {
  const blocks = readBlocks(text);
  const places = ['WORK-QUEUE.md', `${root}/`, ...wizards.map((wizard) => `wizards/${wizard}`)];
  return text
    .split('\n')
    .map((line, at) => ({ line: at + 1, text: fromBytes(line).trim() }))
    .filter(({ line }) => !blocks.some(({ first, last }) => line >= first && line <= last))
    .filter(({ text: said }) => !said.startsWith('#') && !/^\w+\s*=/.test(said))
    .filter(({ text: said }) => {
      const commands = said.split(COMMANDS).filter((command) => !OURS.test(command));
      const rest = commands.join(';');
      if (FOUNDING.test(rest)) return true;
      return SCRIPT.test(rest) && places.some((place) => rest.includes(place));
    });
}
