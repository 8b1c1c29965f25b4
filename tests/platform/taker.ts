/** Asks for a lock once, says `won` or `lost`, and stays as it is until it is killed. */
import { systemClock } from '../../lib/core/clock.ts';
import { acquireLock } from '../../lib/platform/lock.ts';

const lock = await acquireLock(process.argv[2] ?? '', { what: 'taker', clock: systemClock });
process.stdout.write('release' in lock ? 'won' : 'lost');
process.stdin.resume();
