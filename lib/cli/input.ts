/** What was typed, by name in camel case: `--until-idle` is `untilIdle`, a flag without value true. */
export interface Input {
  args: readonly string[];
  options: Readonly<Record<string, string | true | readonly string[]>>;
}

/** The value of an option that takes one; undefined where it was not given. */
export function textOption(input: Input, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be given several times; empty where it was not given. */
export function textOptions(input: Input, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? value : [];
}
