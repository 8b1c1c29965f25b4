import type { HermesConfig } from './hermes-config.ts';
import type { HouseSnapshot, Wishes } from './provision.ts';
import { type HouseDesign, keyVariable } from './provision-texts.ts';
import type { HouseSettings } from './settings.ts';

/** A setting, what the file says of it, what was asked for (undefined: nothing), and the line for that. */
type Row = readonly [what: string, has: unknown, wanted: unknown, line: string];

/**
 * What was asked for and stands otherwise in files that are the person's by now: one sentence each,
 * with the line that would make it so. Nothing of it is written over.
 */
export function differences(wishes: Wishes, seen: HouseSnapshot, design: HouseDesign): string[] {
  const { settings, config } = seen;
  return [
    ...(settings === null ? [] : told('house.yaml', houseRows(wishes, settings, design))),
    ...(config === null ? [] : told('home/config.yaml', configRows(wishes, config, design))),
    ...keyNotes(wishes, seen, design),
  ];
}

function told(file: string, rows: readonly Row[]): string[] {
  return rows
    .filter(([, has, wanted]) => wanted !== undefined && (has ?? null) !== (wanted ?? null))
    .map(([what, has, , line]) => {
      const says = has === undefined || has === null ? 'says none' : `says ${has}`;
      return `${file} is yours and ${says} for ${what}; to change it, write \`${line}\` there`;
    });
}

function houseRows(wishes: Wishes, settings: HouseSettings, design: HouseDesign): Row[] {
  const { role, father, gateway, robe } = settings;
  const rows: Row[] = [
    ['role', role, wishes.role, `role: ${JSON.stringify(wishes.role)}`],
    ['father', father, wishes.father && design.father, `father: ${wishes.father}`],
  ];
  if (gateway !== undefined) {
    const line = `gateway: {port: ${wishes.port}}`;
    rows.push(['gateway.port', gateway.port, wishes.port, line]);
  }
  if (wishes.robe !== undefined) {
    const port = wishes.robe.port ?? robe?.port ?? '…';
    rows.push(['robe.port', robe?.port, port, `robe: {port: ${port}}`]);
  }
  const allowed = settings.bodies.allow ?? [];
  if (wishes.body !== undefined && !allowed.includes(wishes.body)) {
    const line = `allow: [${[...new Set(['shell', ...allowed, wishes.body])].join(', ')}]`;
    rows.push(['bodies.allow', allowed.join(', ') || null, wishes.body, line]);
  }
  const wanted = Object.entries(wishes.schedule ?? {}) as [
    keyof typeof settings.schedule,
    unknown,
  ][];
  for (const [job, when] of wanted) {
    const line = `${job}: ${JSON.stringify(when)}`;
    rows.push([`schedule.${job}`, settings.schedule[job], when, line]);
  }
  return rows;
}

function configRows(wishes: Wishes, config: HermesConfig, { port }: HouseDesign): Row[] {
  const { model, provider, baseUrl } = wishes;
  const wanted = port === null ? undefined : (wishes.port ?? port);
  const api = `platforms: {api_server: {enabled: true, extra: {host: 127.0.0.1, port: ${wanted}}}}`;
  return [
    ['model.default', config.model, model, `default: ${model}`],
    ['model.provider', config.provider, provider, `provider: ${provider}`],
    ['model.base_url', config.baseUrl, baseUrl, `base_url: ${baseUrl}`],
    ['the port of api_server', config.port, wanted, api],
  ];
}

function keyNotes(
  { modelKey }: Wishes,
  { kinds, paths, variables, config }: HouseSnapshot,
  { port, provider }: HouseDesign,
): string[] {
  if (!kinds.has(paths.env)) return [];
  const notes: string[] = [];
  if (port !== null && !variables['API_SERVER_KEY'] && config?.key == null) {
    notes.push('home/.env has no API_SERVER_KEY: without it Hermes’ API does not start');
  }
  const variable = keyVariable(provider);
  if (modelKey !== undefined && variables[variable] !== modelKey) {
    notes.push(
      `home/.env is yours and was left as it is: put the model’s key there as ${variable}`,
    );
  }
  return notes;
}
