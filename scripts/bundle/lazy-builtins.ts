import type { Plugin } from 'esbuild';
import { lazyExports } from './lazy-exports.ts';

/** Modules that Node has loaded before it comes to us, and most of our files import. */
const LOADED = new Set(['node:fs', 'node:path', 'node:url', 'node:buffer']);

/**
 * Node's own modules, each loaded at the first use of one of its exports: `import … from
 * 'node:crypto'` alone costs 6 ms where an empty script takes 20, and a plain `import` of
 * 'node:fs' 2 more, since it enumerates what is behind the getters.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {});
      if (LOADED.has(path)) return { contents: loadedExports(path, names) };
      const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
      return { contents: lazyExports(names, get) };
    });
  },
};

/** Text of an ES module: what nobody imports is not even looked up, since that may load more. */
function loadedExports(path: string, names: readonly string[]): string {
  return [
    `const loaded = process.getBuiltinModule(${JSON.stringify(path)});`,
    'const get = (name) => loaded[name];',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ get(${JSON.stringify(name)});`),
    'export default loaded;',
  ].join('\n');
}
