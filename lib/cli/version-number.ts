import { EXIT, UserError } from '../core/errors.ts';

/** The number of a past version, as `robed history` lists them. Throws UserError (usage). */
export function versionNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(`expected the number of a version, found ${JSON.stringify(text)}`, {
    hint: '`robed history` lists them',
    exitCode: EXIT.usage,
  });
}
