export type Level = 'ok' | 'warn' | 'fail';

/** What a check found wrong. Texts are for a person: what is wrong and why it matters; what to type. */
export interface Trouble {
  level: 'warn' | 'fail';
  /** Of a check of the household: the one house that it is about, where it is one. */
  wizard?: string;
  message: string;
  /** One line: a command to type, where there is one. */
  fix: string;
  mend?: Mend;
}

/** What `--fix` may do about a trouble: always safe, and of no use twice. */
interface Mend {
  /** What it does, as a sentence: `makes home/.env 0600`. */
  does: string;
  apply(): unknown;
}

/** One line of a diagnosis, as `doctor --json` has it. `wizard` is null for the household. */
export interface Verdict {
  name: string;
  wizard: string | null;
  level: Level;
  message: string;
  /** null where all is well. */
  fix: string | null;
}

/** A verdict, and what could be done about it at once. */
export interface Diagnosis extends Verdict {
  mend: Mend | null;
}

/** What a check that ended says: each of its troubles, or that there are none. Pure. */
export function diagnose(
  check: { name: string; fine: string },
  wizard: string | null,
  troubles: readonly Trouble[],
): Diagnosis[] {
  if (troubles.length === 0) {
    return [{ name: check.name, wizard, level: 'ok', message: check.fine, fix: null, mend: null }];
  }
  return troubles.map(({ level, wizard: about, message, fix, mend }) => ({
    name: check.name,
    wizard: wizard ?? about ?? null,
    level,
    message,
    fix,
    mend: mend ?? null,
  }));
}

const ORDER: readonly Level[] = ['fail', 'warn', 'ok'];

/** Fails first, then warnings; within a level as the checks stand. Pure. */
export function worstFirst<T extends Verdict>(verdicts: readonly T[]): T[] {
  return verdicts.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}
