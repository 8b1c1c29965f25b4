import { UserError } from '../../core/errors.ts';
import type { Check, Household, Patient } from './patient.ts';
import { type Diagnosis, diagnose, type Trouble, worstFirst } from './verdict.ts';

/** Milliseconds that one check may take; all run side by side. */
const PATIENCE = 20_000;

/** Run `checks` on the household and on `asked`, houses by name. Never rejects. */
export async function examine(
  household: Household,
  checks: readonly Check[],
  asked: readonly string[],
  patience = PATIENCE,
): Promise<Diagnosis[]> {
  const patients = household.houses.filter(({ name }) => asked.includes(name));
  const looks = checks.flatMap((check) => {
    if (check.of === 'household') {
      return [runCheck(check, null, () => check.look(household), patience)];
    }
    const look = (patient: Patient) =>
      runCheck(check, patient.name, () => check.look(patient, household), patience);
    return patients.map(look);
  });
  const found = (await Promise.all(looks)).flat();
  // A trouble between two houses concerns whoever asks about either; another house's own does not.
  return worstFirst(found.filter(({ wizard }) => wizard === null || asked.includes(wizard)));
}

/** A check that fails, or hangs, is a finding and costs the others nothing. */
async function runCheck(
  check: Check,
  wizard: string | null,
  look: () => readonly Trouble[] | Promise<readonly Trouble[]>,
  patience: number,
): Promise<Diagnosis[]> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${patience / 1000} s`)),
    patience,
  );
  try {
    const troubles = await Promise.race([(async () => look())(), late.promise]);
    return diagnose(check, wizard, troubles);
  } catch (error) {
    return diagnose(check, wizard, [
      {
        level: 'fail',
        message: `this check could not be made, so nobody knows: ${reasonOf(error)}`,
        fix: error instanceof UserError && error.hint ? error.hint : 'mend that, then robed doctor',
      },
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { file, line } = error as Partial<UserError>;
  const where = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  return `${error.message}${where}`;
}
