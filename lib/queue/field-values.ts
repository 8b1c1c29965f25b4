/** What a run of a task may use. */
export interface Budget {
  /** US dollars. */
  money?: number;
  tokens?: number;
  turns?: number;
}

/** A date is midnight, a time without a zone is local. */
export function parseTime(value: string): number | null {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i.exec(
      value,
    );
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return null;
  const zone = match[7]?.toUpperCase();
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second).getTime();
  return Date.UTC(year, month - 1, day, hour, minute, second) - offsetOf(zone);
}

export function parseCount(value: string): number | null {
  const count = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  return count >= 1 && count <= 100 ? count : null;
}

/** `none` never comes here. */
export function parseApproval(value: string): 'required' | 'after' | null {
  if (/^(?:required|before|yes|needed)$/i.test(value)) return 'required';
  return /^after$/i.test(value) ? 'after' : null;
}

/** `$0.50`, `0.5 USD`, `20k tokens`, `15 turns`, several by comma. */
export function parseBudget(value: string): Budget | null {
  const budget: Budget = {};
  for (const part of value.split(/,(?!\d{3})|;|\sand\s/)) {
    const match =
      /^(\$|usd\s*)?\s*(\d+(?:[.,]\d+)*)\s*([km])?\s*(usd|dollars?|\$|tokens?|turns?)?$/i.exec(
        part.trim(),
      );
    if (match === null) return null;
    const unit = (match[1] === undefined ? (match[4] ?? '') : 'usd').toLowerCase();
    const scale = match[3] === undefined ? 1 : match[3].toLowerCase() === 'k' ? 1000 : 1_000_000;
    const amount = Number((match[2] ?? '').replaceAll(',', '')) * scale;
    if (!Number.isFinite(amount) || amount <= 0) return null;
    if (unit.startsWith('token')) budget.tokens = Math.round(amount);
    else if (unit.startsWith('turn')) budget.turns = Math.round(amount);
    else if (unit !== '') budget.money = amount;
    else return null;
  }
  return budget;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}
