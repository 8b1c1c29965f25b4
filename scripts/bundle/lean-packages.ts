import type { Plugin } from 'esbuild';

/**
 * Packages without what nobody here uses: zod's messages in forty languages (half of it), and what
 * graceful-fs puts around the fs of which proper-lockfile calls mkdir, stat, utimes and rmdir.
 */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export {};',
    }));
    onResolve({ filter: /^graceful-fs$/ }, () => ({ path: 'node:fs', external: true }));
  },
};
