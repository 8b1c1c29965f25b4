import { formatDuration } from '../../core/duration.ts';
import type { Figures, Target } from './progress.ts';

/** `2026-11-21 22:00`, in the time zone of the machine. */
export function localMinute(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `3m12s`: nobody reads milliseconds of a night. */
export function span(ms: number): string {
  return ms < 1000 ? formatDuration(ms) : formatDuration(Math.floor(ms / 1000) * 1000);
}

/** A span in minutes where it is long enough: of a window, or of an age. */
export function longSpan(ms: number): string {
  return ms < 60_000 ? span(ms) : formatDuration(Math.floor(ms / 60_000) * 60_000);
}

/** `16 runs, 94 % succeeded, median 3m12s, 12,345 tokens, $0.42`. */
export function figuresLine(figures: Figures): string {
  const { runs, success, median } = figures;
  return [
    counted(runs, 'run'),
    ...(success === null ? [] : [`${percent(success)} succeeded`]),
    ...(median === null ? [] : [`median ${span(median)}`]),
    ...usageOf(figures),
  ].join(', ');
}

export function usageOf({ tokens, cost }: Figures): string[] {
  return [
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en-US')} tokens`]),
    ...(cost === null ? [] : [`$${cost.toFixed(cost < 0.1 && cost > 0 ? 4 : 2)}`]),
  ];
}

export function targetValue({ value, unit }: Target): string {
  if (value === null) return 'insufficient data';
  switch (unit) {
    case 'count':
      return String(value);
    case 'share':
      return percent(value);
    case 'a day':
      return `${Number(value.toFixed(1))} a day`;
  }
}

/** Never rounded up to a target, or to the whole: 99.96 % is not 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}

export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `a, b and 3 more`. */
export function listed(items: readonly string[], most: number, separator = ', '): string {
  const shown = items.slice(0, most).join(separator);
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
