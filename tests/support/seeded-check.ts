// Stands in for fast-check (vitest.config.ts): from one seed, so that the same commit comes to the
// same result each time. ROBED_SEED=7 looks elsewhere; a failure says its own seed as ever.
import fc from '../../node_modules/fast-check/lib/fast-check.js';

fc.configureGlobal({ seed: Number(process.env['ROBED_SEED'] ?? 1) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
