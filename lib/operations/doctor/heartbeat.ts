import { formatDuration } from '../../core/duration.ts';
import { heartbeatAge, heartbeatLimit, isDead } from '../heartbeat/heartbeat.ts';
import { readHeartbeat } from '../heartbeat/store.ts';
import type { HouseCheck } from './patient.ts';

export const heartbeat: HouseCheck = {
  of: 'house',
  name: 'heartbeat',
  levels: ['warn'],
  finds: 'a heartbeat that is older than its schedule allows',
  fine: 'its last heartbeat is young, or it makes none',
  look({ house, paths, name }, { clock }) {
    const beat = house && readHeartbeat(paths.heartbeat);
    if (house === null || beat === null) return [];
    const now = clock.now();
    const limit = heartbeatLimit(house.settings.schedule.heartbeat, Date.parse(beat.time));
    if (limit === null || !isDead(beat, now, limit)) return [];
    const age = heartbeatAge(beat, now);
    const minutes = formatDuration(Math.round(Math.abs(age) / 60_000) * 60_000);
    return [
      {
        level: 'warn',
        message: `its last heartbeat is ${age < 0 ? `from the future, by ${minutes}` : `${minutes} old`}: it counts as dead`,
        fix: `robed heartbeat --wizard ${name}   (if that works, see robed crontab check)`,
      },
    ];
  },
};
