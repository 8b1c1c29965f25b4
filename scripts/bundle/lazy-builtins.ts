import type { Plugin } from 'esbuild';
import { lazyExports } from './lazy-exports.ts';

/**
 * Node's own modules, each loaded at the first use of one of its exports: `import … from
 * 'node:crypto'` alone costs 6 ms where an empty script takes 20, and a plain `import` of
 * 'node:fs' 2 more, since it enumerates what is behind the getters. A module that is itself a
 * function or class (`node:events`) stands for itself.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const module = process.getBuiltinModule(path);
      const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
      if (typeof module !== 'object') return { contents: `module.exports = ${get};` };
      return { contents: lazyExports(Object.keys(module), get) };
    });
  },
};
