import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../lib/core/package-root.ts';
import { householdSchema } from '../../lib/houses/household-settings.ts';

const path = (...parts: string[]) => join(packageRoot(), ...parts);
const schema = z.toJSONSchema(householdSchema, { io: 'input' });

/** Every setting, dotted; `NAME` for a name of one's own, places of a list by their own keys. */
function settingsOf(node: z.core.JSONSchema.BaseSchema, prefix = ''): string[] {
  const named = Object.entries(node.properties ?? {});
  const any = typeof node.additionalProperties === 'object' ? node.additionalProperties : null;
  if (any !== null) named.push(['NAME', any]);
  return named.flatMap(([name, own]) => {
    if (typeof own !== 'object') return [];
    const below = settingsOf(own, `${prefix}${name}.`);
    return below.length > 0 ? below : [`${prefix}${name}`];
  });
}

function sinksOf(): string[] {
  const alerts = schema.properties?.['alerts'] as z.core.JSONSchema.BaseSchema;
  const to = alerts.properties?.['to'] as { items: { anyOf: z.core.JSONSchema.BaseSchema[] } };
  return to.items.anyOf.flatMap((kind) => settingsOf(kind));
}

test('the schema that editors complete robed.yaml by is the one that it is checked by', () => {
  // Where this fails, write `JSON.stringify(schema)` to the file and format it.
  expect(JSON.parse(readFileSync(path('templates', 'household.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(schema)),
  );
});

test('docs/household.md names every setting, and no other', () => {
  const page = readFileSync(path('docs', 'household.md'), 'utf8');
  const named = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual([...new Set([...settingsOf(schema), ...sinksOf()])].sort());
});

const example = readFileSync(path('templates', 'robed.yaml'), 'utf8');

test('the example of robed.yaml sets nothing as it stands', () => {
  expect(parse(example)).toBeNull();
});

test('every line of the example that can be uncommented is valid', () => {
  const settings = parse(example.replace(/^#(?=\S| {2})/gm, ''));
  expect(householdSchema.safeParse(settings)).toMatchObject({ success: true });
  expect(settings.alerts.to).toHaveLength(5);
});
