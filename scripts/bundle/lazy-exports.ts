/**
 * Text of an ES module with exports `names`, taken from what the expression `get` gives once one of
 * them is used: called, constructed, extended or looked into. Each is a stand-in, and not equal to
 * what it stands for.
 */
export function lazyExports(names: readonly string[], get: string): string {
  const exports = names.filter((name) => name !== 'default' && name !== 'module.exports');
  return `let loaded;
const real = (name) => (loaded ??= ${get})[name];
const lazy = (name) => {
  const standIn = new Proxy(function () {}, {
    apply: (_, self, args) => Reflect.apply(real(name), self, args),
    construct: (_, args, made) =>
      Reflect.construct(real(name), args, made === standIn ? real(name) : made),
    get: (_, key) => real(name)[key],
    has: (_, key) => key in real(name),
  });
  return standIn;
};
${exports.map(standIn).join('\n')}`;
}

/** Some are called as no variable can be (`catch`). */
const standIn = (name: string, at: number): string =>
  `const export${at} = /* @__PURE__ */ lazy(${JSON.stringify(name)}); export { export${at} as ${name} };`;
