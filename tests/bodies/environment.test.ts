import { expect, it } from 'vitest';
import { bodyEnvironment } from '../../lib/bodies/environment.ts';
import { makeJob } from './supervise.ts';

const job = makeJob();

it('passes what a program needs, and nothing else of its parent', () => {
  const base = {
    PATH: '/bin',
    HOME: '/home/a',
    LC_TIME: 'C',
    TZ: 'UTC',
    SSH_AUTH_SOCK: '/s',
    NODE_OPTIONS: '-r x',
  };
  const environment = bodyEnvironment(base, job);
  expect(environment).toMatchObject({
    PATH: '/bin',
    HOME: '/home/a',
    LC_TIME: 'C',
    TZ: 'UTC',
    TERM: 'dumb',
  });
  expect(environment).not.toHaveProperty('SSH_AUTH_SOCK');
  expect(environment).not.toHaveProperty('NODE_OPTIONS');
});

it('drops what would override the config of a house', () => {
  const base = {
    API_SERVER_PORT: '8644',
    CUSTOM_BASE_URL: 'x',
    HERMES_PROFILE: 'other',
    HERMES_HOME: '/other',
  };
  const names = Object.keys(bodyEnvironment(base, job));
  expect(names.filter((name) => /^(API_SERVER_|CUSTOM_|HERMES_)/.test(name))).toEqual([
    'HERMES_HOME',
  ]);
  expect(bodyEnvironment(base, job)['HERMES_HOME']).toBe(job.home);
});

it('has a PATH where the parent had none', () => {
  expect(bodyEnvironment({}, job)['PATH']).toContain('/usr/bin');
});

it('adds what the body asks for, but lets it claim no other run', () => {
  const environment = bodyEnvironment({}, job, {
    KEY: 'k',
    ROBED_RUN: 'another',
    HERMES_HOME: '/other',
  });
  expect(environment).toMatchObject({ KEY: 'k', ROBED_RUN: job.run, HERMES_HOME: job.home });
});
