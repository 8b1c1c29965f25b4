import { describe, expect, test } from 'vitest';
import { judgeRun, type RunSight } from '../../lib/operations/plan-runs.ts';
import type { RunRecord } from '../../lib/records/run.ts';

const NOW = 1_000_000;

const run = (change: Partial<RunRecord> = {}): RunRecord => ({
  fence: 1,
  run: 'r1',
  task: 'T-1',
  attempt: 1,
  state: 'running',
  body: 'shell',
  agent: false,
  job: '{}',
  holder: null,
  leader: null,
  claimedAt: 0,
  startedAt: 0,
  leaseUntil: NOW + 1000,
  endedAt: null,
  stop: null,
  result: null,
  ...change,
});

const sight = (change: Partial<RunSight> = {}, of: Partial<RunRecord> = {}): RunSight => ({
  run: run(of),
  holder: 'alive',
  trigger: true,
  triggerJustGone: false,
  report: null,
  ...change,
});

const judge = (change: Partial<RunSight>, of: Partial<RunRecord> = {}) =>
  judgeRun(sight(change, of), NOW).type;

describe('a run with a runner', () => {
  test('is left alone while that lives', () => expect(judge({})).toBe('leave'));
  test('is stopped where a person wants it', () => {
    expect(judge({}, { stop: 'CANCELLED' })).toBe('stop');
  });
  test('is shown as suspect where its lease is over, never taken', () => {
    expect(judge({}, { leaseUntil: NOW - 1 })).toBe('suspect');
    expect(judge({ holder: 'unknown' }, { leaseUntil: NOW - 1 })).toBe('suspect');
  });
  test('is left alone while nobody can see the runner but the lease runs', () => {
    expect(judge({ holder: 'unknown' })).toBe('leave');
  });
  test('is taken back once that is proved dead, whatever its lease', () => {
    expect(judge({ holder: 'dead' })).toBe('reclaim');
    expect(judge({ holder: 'dead' }, { state: 'claimed' })).toBe('reclaim');
    expect(judge({ holder: 'dead' }, { body: 'external', state: 'claimed' })).toBe('reclaim');
  });
  test("an agent's report that names the run outlives its runner", () => {
    expect(judge({ holder: 'dead', report: { named: true } }, { agent: true })).toBe('finish');
    expect(judge({ holder: 'dead', report: { named: false } }, { agent: true })).toBe('reclaim');
    expect(judge({ holder: 'dead', report: { named: true } }, { agent: false })).toBe('reclaim');
  });
});

describe('a run of somebody outside', () => {
  const outside = { body: 'external', agent: true } as const;
  const see = (change: Partial<RunSight>, of: Partial<RunRecord> = {}) =>
    judge({ holder: null, ...change }, { ...outside, ...of });

  test('is left alone until something shows', () => expect(see({})).toBe('leave'));
  test('is done when a report names it', () => {
    expect(see({ report: { named: true } })).toBe('finish');
  });
  test('is done by a nameless report only once its trigger is gone', () => {
    expect(see({ report: { named: false } })).toBe('leave');
    expect(see({ report: { named: false }, trigger: false })).toBe('finish');
  });
  test('whose trigger went away without a report is done after a moment of grace', () => {
    expect(see({ trigger: false, triggerJustGone: true })).toBe('leave');
    expect(see({ trigger: false })).toBe('finish');
  });
  test('is shown as suspect after its time, never taken', () => {
    expect(see({}, { leaseUntil: NOW - 1 })).toBe('suspect');
  });
  test('is dropped where a person wants it stopped', () => {
    expect(see({}, { stop: 'CANCELLED' })).toBe('drop');
  });
  test('goes on as nobody’s where a finisher died over it', () => {
    expect(see({ holder: 'dead' })).toBe('leave');
    expect(see({ holder: 'dead', report: { named: true } })).toBe('finish');
  });
});
