import { git } from '../../platform/git-client.ts';
import type { HouseContext } from '../context.ts';
import { tellOnce } from '../tell-once.ts';

/** Milliseconds that packing may take; a schedule's tick is ended after fifteen minutes. */
const LONGEST = 5 * 60_000;

/**
 * Let git pack what commits have left, where it finds that worth while (`gc.auto`, 6700 objects), in
 * the foreground. Without it a year of checkpoints is a hundred thousand files. A repository that
 * would run a program at it is left to its person.
 */
export async function keepPacked(context: HouseContext, folder: string): Promise<void> {
  const hook = await git(folder, ['config', '--get', 'gc.recentObjectsHook']);
  if (hook.exitCode === 0) return;
  const gc = ['-c', 'gc.autoDetach=false', 'gc', '--auto', '--quiet'];
  const { exitCode, stderr } = await git(folder, gc, { timeout: LONGEST, packs: true });
  const said = stderr.trim().split('\n')[0] || 'it did not end within five minutes';
  tellOnce(context, 'gc', exitCode === 0 ? null : `git gc in ${folder} failed: ${said}`);
}
