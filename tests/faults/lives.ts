import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { STATUSES } from '../../lib/core/status.ts';
import { Life } from './life.ts';
import { added, deleted, doubled, entriesOf, moved, restated, retitled } from './person.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { workFolder } from './work-folder.ts';

/** What a person may type: every status, and a word that means nothing. */
const TYPED = [...STATUSES.filter((status) => status !== 'UNKNOWN'), 'BANANA'];

/** So many lives are one call of fast-check, so that time can be kept. */
const BATCH = 20;

const pick = fc.nat({ max: 9 });

/** What may happen to a house. Numbers name an entry, a run or a version by its place. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const) }) },
  fc.record({ do: fc.constant('delete' as const), at: pick }),
  fc.record({ do: fc.constant('move' as const), at: pick, to: pick }),
  fc.record({
    do: fc.constant('retitle' as const),
    at: pick,
    title: fc.constantFrom('Stone', 'Other', 'Third'),
  }),
  fc.record({ do: fc.constant('double' as const), at: pick }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('type' as const),
      at: pick,
      status: fc.constantFrom(...TYPED),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('save-old' as const), back: pick }) },
  fc.record({ do: fc.constant('save-old-and-add' as const), back: pick }),
  fc.record({
    do: fc.constant('half-save' as const),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('tick' as const),
      claim: fc.boolean(),
      dieAt: fc.option(fc.integer({ min: 1, max: 60 })),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('complete' as const), at: pick }) },
  fc.record({ do: fc.constant('fail' as const), at: pick }),
  fc.record({ do: fc.constant('kill' as const), at: pick }),
  fc.record({
    do: fc.constant('forge' as const),
    at: pick,
    kind: fc.constantFrom('invented' as const, 'late' as const, 'bare' as const),
  }),
  fc.record({ do: fc.constant('forget' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(500, 3000, 60_000) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** R6: any life of a house keeps the promises of docs/architecture.md, whatever people and faults do. */
export async function liveAtRandom(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R6');
  const folder = workFolder();
  let lives = 0;
  const life = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }),
    async (steps) => {
      lives += 1;
      const found = await live(steps, folder);
      if (found.length > 0) throw new Broken(found);
    },
  );
  try {
    for (
      let seed = options.seed;
      tally.tried < options.points && performance.now() < options.deadline;
      seed++
    ) {
      const path = options.point === undefined ? {} : { path: options.point };
      lives = 0;
      const result = await fc.check(life, {
        seed,
        numRuns: Math.min(BATCH, options.points - tally.tried),
        ...path,
      });
      tally.tried += result.failed ? lives : result.numRuns;
      if (result.failed) {
        const replay = replayCommand('R6', seed, 'life', result.counterexamplePath ?? '0');
        const steps = JSON.stringify(result.counterexample?.[0]);
        const found =
          result.errorInstance instanceof Broken
            ? result.errorInstance.found
            : [
                {
                  harm: 'unexplained' as const,
                  what: String((result.errorInstance as Error).stack),
                },
              ];
        for (const violation of found)
          tally.failures.push({ ...violation, what: `${violation.what} after ${steps}`, replay });
      }
      options.progress?.(tally);
      if (options.point !== undefined) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

class Broken extends Error {
  readonly found: Violation[];

  constructor(found: Violation[]) {
    super(found.map((violation) => violation.what).join('; '));
    this.found = found;
  }
}

async function live(steps: readonly Step[], folder: string): Promise<Violation[]> {
  const life = new Life(folder);
  let next = 1;
  const newId = (): string => `T-${next++}`;
  try {
    for (const one of steps) {
      const found = await happen(life, one, newId);
      if (found.length > 0) return found;
    }
    return [...(await life.tick(false)), ...(await life.tick(true))];
  } finally {
    life.close();
  }
}

async function happen(life: Life, one: Step, newId: () => string): Promise<Violation[]> {
  const text = life.text();
  const count = Math.max(1, entriesOf(text).length);
  const save = (changed: string): Violation[] => {
    life.save(changed, { old: false });
    return [];
  };
  switch (one.do) {
    case 'add':
      return save(added(text, newId()));
    case 'delete':
      return save(deleted(text, one.at % count));
    case 'move':
      return save(moved(text, one.at % count, one.to % count));
    case 'retitle':
      return save(retitled(text, one.at % count, one.title));
    case 'double':
      return save(doubled(text, one.at % count));
    case 'type':
      return save(restated(text, one.at % count, one.status));
    case 'save-old':
      life.save(life.copy(one.back), { old: true });
      return [];
    case 'save-old-and-add':
      life.save(added(life.copy(one.back), newId()), { old: true });
      return [];
    case 'half-save':
      await life.saveInHalves(added(text, newId()), one.part);
      return [];
    case 'tick':
      return life.tick(one.claim, one.dieAt);
    case 'complete':
      await life.complete(one.at);
      return [];
    case 'fail':
      await life.fail(one.at);
      return [];
    case 'kill':
      await life.kill(one.at);
      return [];
    case 'forge':
      await life.forge(one.at, one.kind);
      return [];
    case 'forget':
      return life.forget();
    case 'wait':
      life.wait(one.ms);
      return [];
  }
}
