import { UserError } from '../../core/errors.ts';
import { findProgram } from '../../platform/program.ts';
import { openRepository, reasonToWait } from '../checkpoint/repository.ts';
import type { HouseCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { quoted } from './words.ts';

/** What would keep a checkpoint from being made, by the checkpoint's own rules. */
export const repository: HouseCheck = {
  of: 'house',
  name: 'repository',
  levels: ['warn'],
  finds:
    'a house that is no git repository of its own, or one where a merge or a dead git’s lock keeps checkpoints from being made',
  fine: 'checkpoints can be made, or none are wanted',
  async look({ house, paths }, { environment }) {
    if (house === null || house.settings.schedule.checkpoint === false) return [];
    if (findProgram('git', environment['PATH'], paths.house) === null) return [];
    try {
      const reason = await reasonToWait(await openRepository(paths.house));
      if (reason === null) return [];
      return [noCheckpoint(reason, `git -C ${quoted(paths.house)} status   (says how to end it)`)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [noCheckpoint(error.message, error.hint ?? `git -C ${quoted(paths.house)} status`)];
    }
  },
};

const noCheckpoint = (reason: string, fix: string): Trouble => ({
  level: 'warn',
  message: `no checkpoint can be made, so what it wrote can’t be had back: ${reason}`,
  fix,
});
