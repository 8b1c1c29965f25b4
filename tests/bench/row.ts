import { type Spread, spread } from './statistics.ts';

/**
 * What is aimed at: a bound on our median over the peer's (`ratio`), or on our median itself
 * (`figure`, in the row's unit).
 */
export interface Reach {
  of: 'ratio' | 'figure';
  bound: 'at most' | 'at least';
  value: number;
}

/** One side of a row: what was measured, or why that could not be. */
export type Measured = { samples: readonly number[] } | { spread: Spread } | { problem: string };

interface Peer {
  name: string;
  measured: Measured;
  /** What outlives what on this side. */
  guarantee: string;
}

export interface RowGiven {
  /** As `--only` and the figures name it. */
  name: string;
  unit: string;
  ours: Measured;
  /** What outlives what on our side. */
  guarantee: string;
  /** Null where nothing is compared. */
  peer: Peer | null;
  /** Null where the row is only shown. */
  reach: Reach | null;
  /** Where the time went, or what else is to be known. */
  notes?: readonly string[];
}

export interface Row {
  name: string;
  unit: string;
  ours: Spread | null;
  peer: (Spread & { name: string }) | { name: string; problem: string } | null;
  /** Our median over the peer's. */
  ratio: number | null;
  reach: Reach | null;
  /** Null where there is no reach, or no peer to hold against. */
  met: boolean | null;
  /** Why ours has no figure: the work was not done right. */
  problem: string | null;
  guarantees: { ours: string; peer: string | null };
  notes: readonly string[];
}

/** A row of the table. Work of ours that was not done right is no figure, and a missed reach. */
export function makeRow({ name, unit, reach, ...given }: RowGiven): Row {
  const ours = spreadOf(given.ours);
  const theirs = given.peer === null ? null : spreadOf(given.peer.measured);
  const ratio = ours && theirs && theirs.median > 0 ? ours.median / theirs.median : null;
  return {
    name,
    unit,
    ours,
    peer: given.peer && peerOf(given.peer.name, given.peer.measured),
    ratio,
    reach,
    met:
      reach && (ours === null ? false : judge(reach, reach.of === 'ratio' ? ratio : ours.median)),
    problem: 'problem' in given.ours ? given.ours.problem : null,
    guarantees: { ours: given.guarantee, peer: given.peer?.guarantee ?? null },
    notes: given.notes ?? [],
  };
}

/** What could not even be begun. */
export const failedRow = (name: string, problem: string): Row =>
  makeRow({ name, unit: '', ours: { problem }, guarantee: '-', peer: null, reach: null });

function spreadOf(measured: Measured): Spread | null {
  if ('problem' in measured) return null;
  return 'spread' in measured ? measured.spread : spread(measured.samples);
}

function peerOf(name: string, measured: Measured): Row['peer'] {
  const found = spreadOf(measured);
  if (found) return { name, ...found };
  return { name, problem: 'problem' in measured ? measured.problem : '' };
}

function judge({ bound, value }: Reach, figure: number | null): boolean | null {
  if (figure === null) return null;
  return bound === 'at most' ? figure <= value : figure >= value;
}
