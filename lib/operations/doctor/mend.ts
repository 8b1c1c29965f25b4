import type { Diagnosis } from './verdict.ts';

/** What came of one mending. */
export interface Mended {
  name: string;
  wizard: string | null;
  /** What was done, or with --dry-run would be. */
  does: string;
  /** Why it could not be done; null where it was. */
  problem: string | null;
}

/** Do what is safe about each finding, one by one; one that fails costs the others nothing. */
export async function mendAll(
  found: readonly Diagnosis[],
  { dryRun }: { dryRun: boolean },
): Promise<Mended[]> {
  const mended: Mended[] = [];
  for (const { name, wizard, mend } of found) {
    if (mend === null) continue;
    let problem: string | null = null;
    try {
      if (!dryRun) await mend.apply();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    mended.push({ name, wizard, does: mend.does, problem });
  }
  return mended;
}
