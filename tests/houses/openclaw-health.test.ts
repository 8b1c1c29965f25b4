import { expect, it } from 'vitest';
import { readAnswers } from '../../lib/houses/openclaw-health.ts';
import { OPENCLAW_ANSWERS } from '../support/openclaw-answers.ts';

const { live, starting, started, draining } = OPENCLAW_ANSWERS;
const answer = ({ status, text }: { status: number; text: string }) => ({
  status,
  text,
  headers: {},
});
const failure = (code: string) => ({ error: code, code });
const refused = failure('ECONNREFUSED');
const slow = failure('HTTP_TIMEOUT');
const other = answer({ status: 200, text: '{"status":"ok","platform":"webhook"}' });

it.each([
  ['live once it has started', answer(live), answer(started), 'live'],
  ['starting although it is live already', answer(live), answer(starting), 'starting'],
  ['starting while it is too busy to say more', slow, answer(starting), 'starting'],
  ['draining although it still says live', answer(live), answer(draining), 'draining'],
  [
    'live where it is too old for /startupz',
    answer(live),
    answer({ status: 404, text: 'no' }),
    'live',
  ],
  ['silent where it has started and is stuck', slow, answer(started), 'silent'],
  ['silent where nothing comes', slow, slow, 'silent'],
  ['nothing where nobody listens', refused, refused, 'nothing'],
  ['other where somebody else answers', other, other, 'other'],
  [
    'other where it is no JSON',
    answer({ status: 200, text: 'live' }),
    answer({ status: 200, text: '' }),
    'other',
  ],
  ['other where the word comes with a failure', answer({ ...live, status: 500 }), other, 'other'],
])('is %s', (_what, health, startup, says) => {
  expect(readAnswers(health, startup).says).toBe(says);
});

it('tells version and age as the gateway does', () => {
  expect(readAnswers(answer(live), answer(started))).toEqual({
    says: 'live',
    version: '2026.9.6',
    uptime: 2310,
  });
});
