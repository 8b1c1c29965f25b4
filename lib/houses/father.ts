import type { House } from './household.ts';
import type { HouseholdSettings } from './household-settings.ts';

/** The house that this one's reports go to: its own word, else the household's; never itself. */
export function fatherOf(
  { name, settings }: Pick<House, 'name' | 'settings'>,
  household: Pick<HouseholdSettings, 'father'>,
): string | null {
  const father = settings.father ?? household.father ?? null;
  return father === name ? null : father;
}
