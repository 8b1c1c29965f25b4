import { UserError } from './errors.ts';

/** Fill `{{name}}` tokens. An unknown one is an error that lists the valid ones. */
export function renderTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (token, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new UserError(`unknown token ${token} in a template`, {
        hint: `known: ${Object.keys(values).join(', ')}`,
      });
    }
    return value;
  });
}
