/**
 * What OpenClaw 2026.9.6 answers on its unauthenticated probes, as recorded from the real one;
 * tests/end-to-end/house-states.test.ts holds these against it.
 */
export const OPENCLAW_ANSWERS = {
  live: { status: 200, text: '{"ok":true,"status":"live"}' },
  starting: {
    status: 503,
    text: '{"ok":false,"status":"starting","version":"2026.9.6","uptimeMs":341,"pendingReason":"startup-sidecars"}',
  },
  started: {
    status: 200,
    text: '{"ok":true,"status":"started","version":"2026.9.6","uptimeMs":2310}',
  },
  draining: {
    status: 503,
    text: '{"ok":false,"status":"draining","version":"2026.9.6","uptimeMs":25421}',
  },
} as const;
