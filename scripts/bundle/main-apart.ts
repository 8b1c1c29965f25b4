import type { Plugin } from 'esbuild';

/** The bundle of a tick goes to the whole one for what it lacks. */
export const mainApart: Plugin = {
  name: 'main-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './robed.js', external: true } : undefined,
    );
  },
};
