import type { Body } from './body.ts';

/** Somebody else watches the trigger, does the work and writes the report; no process of ours. */
export const externalBody: Body = {
  kind: 'external',
  agent: true,
  offer: () => ({ can: true, why: 'somebody outside watches the trigger' }),
  start: () => {
    throw new Error('an external body has no process to start');
  },
  outcome: () => {
    throw new Error('an external body has no process whose end could be read');
  },
};
