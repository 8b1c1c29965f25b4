import type { Context } from './context.ts';
import type { EditedFile } from './edit-file.ts';
import { terminalBlock, terminalLine } from './terminal-text.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Tells of an edit to a queue: as a document, as a diff for --dry-run, else by a sentence. */
export function printEdit(
  { json, dryRun, out }: Context,
  { path, before, after }: EditedFile,
  told: { wizard: string | null; task: string; sentence: string },
): void {
  const { wizard, task, sentence } = told;
  const changed = before !== after;
  if (json) {
    const diff = unifiedDiff(path, before, after);
    out.json({ version: 1, dryRun, wizard, queue: path, task, changed, diff });
  } else if (!changed) out.line(terminalLine(`${task}: nothing to change`));
  else if (dryRun) out.write(terminalBlock(unifiedDiff(path, before, after)));
  else out.line(terminalLine(sentence));
}
