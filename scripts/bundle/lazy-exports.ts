/** CommonJS text of a module with exports `names`, all taken from `get` once one of them is used. */
export function lazyExports(names: readonly string[], get: string): string {
  return `let loaded;
for (const name of ${JSON.stringify(names)})
  Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= ${get})[name] });`;
}
