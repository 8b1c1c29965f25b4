import { expect, test } from 'vitest';
import { deadLines } from '../../../lib/operations/self-monitor/crontab-findings.ts';
import { recordFindings } from '../../../lib/operations/self-monitor/findings.ts';
import { machineFindings } from '../../../lib/operations/self-monitor/machine-findings.ts';
import { readEvents } from '../../../lib/records/event-store.ts';
import { emptyHousehold } from '../../support/household-database.ts';

const finding = (code: string, subject = '', message = 'm') => ({ code, subject, message });

test('a trouble is told when it begins and when it is over, not at every look', () => {
  const { db } = emptyHousehold();
  const look = (...found: ReturnType<typeof finding>[]) => {
    const { begun, over } = recordFindings(db, 'x', 1, found);
    return [begun.map(({ code }) => code), over.map(({ code }) => code)];
  };
  expect(look(finding('disk', '', '4 %'))).toEqual([['disk'], []]);
  expect(look(finding('disk', '', '3 %'))).toEqual([[], []]);
  expect(look(finding('disk'), finding('idle'))).toEqual([['idle'], []]);
  expect(look()).toEqual([[], ['disk', 'idle']]);
  expect(readEvents(db).map(({ type }) => type)).toEqual([
    'system.warning',
    'agent.idle',
    'system.info',
    'system.info',
  ]);
});

test('troubles of several things are told apart', () => {
  const { db } = emptyHousehold();
  recordFindings(db, 'x', 1, [finding('suspect', 'run-1')]);
  const { begun, over } = recordFindings(db, 'x', 2, [finding('suspect', 'run-2')]);
  expect([begun[0]?.subject, over[0]?.subject]).toEqual(['run-2', 'run-1']);
});

const room = (free: number) => ({ free, total: 100, share: free / 100 });

test('what is scarce on the machine is said in words, and only that', () => {
  const limits = { disk: 5, memory: 10 };
  const codes = (disk: number, inodes: number | null, memory: number) =>
    machineFindings(
      { disk: room(disk), inodes: inodes === null ? null : room(inodes), memory: room(memory) },
      limits,
    ).map(({ code }) => code);
  expect(codes(5, 5, 10)).toEqual([]);
  expect(codes(4, 4, 9)).toEqual(['disk', 'inodes', 'memory']);
  expect(codes(50, null, 50)).toEqual([]);
});

test('a dead line of the crontab is a finding, with what to do', () => {
  const check = {
    wizard: 'ezra',
    job: 'dispatch',
    line: 3,
    lastFired: null,
    ok: false,
    message: 'has never fired',
    fix: 'see that cron runs',
  };
  expect(deadLines([check, { ...check, job: 'heartbeat', ok: true }])).toEqual([
    {
      code: 'crontab',
      subject: 'ezra:dispatch',
      message: 'ezra dispatch: has never fired; see that cron runs',
    },
  ]);
});

test('what is nobody’s in particular is told without a name before it', () => {
  const daemon = {
    wizard: null,
    job: null,
    line: null,
    lastFired: null,
    ok: false,
    message: 'no cron daemon runs',
    fix: 'start it',
  };
  expect(deadLines([daemon])[0]?.message).toBe('no cron daemon runs; start it');
});
