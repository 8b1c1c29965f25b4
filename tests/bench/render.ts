import type { Reach, Row } from './row.ts';
import type { Spread } from './statistics.ts';

/** The rows as `--json` writes them; its shape is stable (docs/performance.md). */
export function renderJson(rows: readonly Row[]): string {
  const shown = rows.map(({ name, unit, ours, peer, ratio, reach, met, problem }) => ({
    name,
    unit,
    ours: ours && rounded(ours),
    peer: peer && ('problem' in peer ? peer : { name: peer.name, ...rounded(peer) }),
    ratio: ratio === null ? null : round(ratio),
    reach: reach && reachText(reach, unit),
    met,
    ...(problem === null ? {} : { problem }),
  }));
  return `${JSON.stringify({ version: 1, rows: shown }, null, 2)}\n`;
}

/** A table for people, with what each side guarantees and the notes below it. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.ours ? `${spreadText(row.ours)} ${row.unit}` : '-',
    peerText(row),
    row.ratio === null ? '-' : `${figure(row.ratio)}×`,
    row.reach ? reachText(row.reach, row.unit) : '-',
    verdict(row),
  ]);
  const header = ['row', 'ours: median (range)', 'peer: median (range)', 'ratio', 'reach', ''];
  const all = [header, ...cells];
  const widths = header.map((_, column) =>
    Math.max(...all.map((line) => (line[column] as string).length)),
  );
  const lines = all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${rows.map(below).join('\n')}\n`;
}

function below({ name, guarantees, peer, notes, problem }: Row): string {
  const lines = [name, `  ours: ${guarantees.ours}`];
  if (peer && guarantees.peer !== null) lines.push(`  ${peer.name}: ${guarantees.peer}`);
  if (problem !== null) lines.push(`  failed: ${problem}`);
  return [...lines, ...notes.map((note) => `  ${note}`)].join('\n');
}

function peerText({ peer, unit }: Row): string {
  if (peer === null) return '-';
  if ('problem' in peer) return `${peer.name}: ${peer.problem}`;
  return `${peer.name} ${spreadText(peer)} ${unit}`;
}

function verdict({ met, problem, reach, peer }: Row): string {
  if (problem !== null) return 'FAILED';
  if (met === null) return reach && peer ? 'no peer' : '';
  return met ? 'met' : 'MISSED';
}

function reachText({ of, bound, value }: Reach, unit: string): string {
  const sign = bound === 'at most' ? '≤' : '≥';
  return of === 'ratio' ? `${sign}${value}×` : `${sign}${value} ${unit}`;
}

const spreadText = ({ min, median, max }: Spread): string =>
  `${figure(median)} (${figure(min)}–${figure(max)})`;

function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const round = (value: number): number => Number(value.toPrecision(4));

const rounded = ({ min, median, max }: Spread): Spread => ({
  min: round(min),
  median: round(median),
  max: round(max),
});
