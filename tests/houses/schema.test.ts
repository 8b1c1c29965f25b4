import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../lib/core/package-root.ts';
import { readHouseSettings } from '../../lib/houses/read-settings.ts';
import { houseSchema } from '../../lib/houses/settings.ts';

const path = (...parts: string[]) => join(packageRoot(), ...parts);

/** Every setting, dotted, as JSON Schema has them. */
function settingsOf(schema: z.core.JSONSchema.BaseSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, own]) => {
    const below = typeof own === 'object' ? settingsOf(own, `${prefix}${name}.`) : [];
    return below.length > 0 ? below : [`${prefix}${name}`];
  });
}

const schema = z.toJSONSchema(houseSchema, { io: 'input' });

test('the schema that editors complete house.yaml by is the one that it is checked by', () => {
  // Where this fails, write `JSON.stringify(schema)` to the file and format it.
  expect(JSON.parse(readFileSync(path('templates', 'house.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(schema)),
  );
});

test('docs/house.md names every setting, and no other', () => {
  const page = readFileSync(path('docs', 'house.md'), 'utf8');
  const named = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual(settingsOf(schema).sort());
});

test('the shipped house is valid, and its queue is adopted', () => {
  const settings = readHouseSettings(path('wizards', 'allegro', 'house.yaml'));
  expect(settings).toMatchObject({ template: 'tour', queue: { adopted: true } });
});
