/**
 * A process of the fault tests: what it leaves behind is a dead process's, so whoever looks at it
 * next has to be another one. Takes one order as JSON on standard input, answers on descriptor 3.
 */
import { readFileSync, writeSync } from 'node:fs';
import type { Answer, Order } from './orders.ts';
import { makeBase, makeErrorPoints, makeKillPoints, makeRecoveryPoints } from './points.ts';
import { seeded } from './random.ts';
import { verifyPoint } from './verify-point.ts';

async function carryOut(order: Order): Promise<Answer> {
  const points: Answer['points'] = [];
  switch (order.do) {
    case 'prepare':
      for (const { scenario, seed } of order.plays)
        points.push(await makeBase(scenario, seed, order.folder));
      return { points };
    case 'kill':
      for (const { scenario, seed } of order.plays)
        points.push(...(await makeKillPoints(scenario, seed, order.folder)));
      return { points };
    case 'fail':
      for (const [at, { scenario, seed }] of order.plays.entries()) {
        const code = order.codes[at] ?? 'EIO';
        points.push(...(await makeErrorPoints(scenario, seed, order.folder, code)));
      }
      return { points };
    case 'recover': {
      const random = seeded(order.seed);
      for (const point of order.points) {
        points.push(...(await makeRecoveryPoints(point, () => random() < order.share)));
      }
      return { points };
    }
    case 'verify': {
      const sitting = { now: Date.now(), seen: new Set<string>() };
      for (const point of order.points)
        points.push({ ...point, violations: await verifyPoint(point, sitting) });
      return { points: points.filter((point) => point.violations.length > 0) };
    }
  }
}

const answer = await carryOut(JSON.parse(readFileSync(0, 'utf8')) as Order);
const bytes = Buffer.from(JSON.stringify(answer));
for (let sent = 0; sent < bytes.length; ) sent += writeSync(3, bytes, sent);
// A run that failed half-way may have left timers.
process.exit(0);
