import { expect, test } from 'vitest';
import { parseSchedule } from '../../lib/houses/provision-schedule.ts';

test('a preset, and jobs over it', () => {
  expect(parseSchedule('all')).toEqual({});
  expect(parseSchedule('child; checkpoint = 5  * * * *')).toEqual({
    dispatch: '*/15 * * * *',
    'task-monitor': false,
    'self-monitor': '*/5 * * * *',
    'progress-report': '*/30 * * * *',
    heartbeat: false,
    checkpoint: '5 * * * *',
  });
  expect(parseSchedule('dispatch=0,30 8-18 * * mon-fri')).toEqual({
    dispatch: '0,30 8-18 * * mon-fri',
  });
  expect(parseSchedule('heartbeat=off')).toEqual({ heartbeat: false });
});

test.each([
  'daily',
  'cook=* * * * *',
  'dispatch=* * * *',
  'dispatch=61 * * * *',
  'dispatch=* * * * % x',
])('%s is refused', (text) => {
  expect(() => parseSchedule(text)).toThrow('expected');
});
