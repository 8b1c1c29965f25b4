import { EXIT, UserError } from '../core/errors.ts';
import { keyFor } from '../operations/change-task.ts';
import type { HouseContext } from '../operations/context.ts';
import { launchRunner } from '../operations/launch-runner.ts';
import { closeHouse, openHouse } from '../operations/open-house.ts';
import type { Context } from './context.ts';
import { forEachWizard } from './each-wizard.ts';

export interface Opening {
  /** Only to look, as every dry run does: a house that was never lived in stays as it is. */
  look?: boolean;
}

/** Opens one house; close it by `closeHouse`. */
export function openOne(
  { clock, environment, root, dryRun }: Context,
  wizard: string,
  { look = dryRun }: Opening = {},
): Promise<HouseContext> {
  const launch = launchRunner(environment);
  return openHouse(root(), wizard, { clock, environment, launch, look });
}

/** Opens one house for `use`, and closes it whatever happens. */
export async function withHouse<T>(
  context: Context,
  wizard: string,
  use: (house: HouseContext) => T | Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const house = await openOne(context, wizard, opening);
  try {
    return await use(house);
  } finally {
    closeHouse(house);
  }
}

/** `use` for every house that is meant, as `forEachWizard`. */
export const forEachHouse = <T>(
  context: Context,
  use: (house: HouseContext) => T | Promise<T>,
  opening: Opening = {},
): Promise<{ results: T[]; exitCode: number }> =>
  forEachWizard(context, (wizard) => withHouse(context, wizard, use, opening));

/** The one house that is meant: named, or the only one. Throws UserError where it could be several. */
export function oneWizard(context: Context): string {
  const [wizard, ...others] = context.wizards();
  if (wizard !== undefined && others.length === 0) return wizard;
  throw new UserError('expected one house, found several', {
    hint: `add --wizard ${[wizard, ...others].join(' or --wizard ')}`,
    exitCode: EXIT.usage,
  });
}

/** `use` in the one house that knows the task. Throws UserError where none does, or several do. */
export async function withTask<T>(
  context: Context,
  reference: string,
  use: (house: HouseContext) => T | Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const wizards = context.wizards();
  const [first] = wizards;
  if (wizards.length === 1 && first !== undefined) {
    return withHouse(context, first, use, opening);
  }
  const knowing: string[] = [];
  const refusals: UserError[] = [];
  for (const wizard of wizards) {
    try {
      await withHouse(context, wizard, (house) => keyFor(house, reference), opening);
      knowing.push(wizard);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(error);
    }
  }
  const [found] = knowing;
  if (found === undefined) {
    const near = refusals.find(({ hint }) => hint?.startsWith('did you mean'));
    const other = refusals.find(({ exitCode }) => exitCode !== EXIT.failure);
    if (near ?? other) throw near ?? other;
    throw new UserError(
      `expected a task of ${wizards.join(', ')}, found no ${JSON.stringify(reference)}`,
      { hint: '`robed list` shows ids and handles' },
    );
  }
  if (knowing.length === 1) return withHouse(context, found, use, opening);
  throw new UserError(`${reference} is a task of several houses`, {
    hint: `add --wizard ${knowing.join(' or --wizard ')}`,
    exitCode: EXIT.usage,
  });
}
