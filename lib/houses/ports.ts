import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readPlain } from '../platform/plain-file.ts';
import { readDotenv } from './dotenv.ts';
import { readHermesConfig } from './hermes-config.ts';
import { housePaths } from './paths.ts';
import { begunPath, readBegun } from './provision-begun.ts';

/** A port that a house has laid hold of, whether or not anybody listens there. */
export interface HeldPort {
  port: number;
  wizard: string;
  /** `gateway` and `robe` are house.yaml's, `api_server` is Hermes' own config.yaml's or .env's. */
  what: 'gateway' | 'robe' | 'api_server';
  /** Where that is said; absolute. */
  file: string;
}

/** What listens where by its own default: never given out, and a warning where it is asked for. */
export const KNOWN_PORTS: ReadonlyMap<number, string> = new Map([
  [3000, 'Gitea'],
  [8080, 'SearXNG'],
  [8642, 'Hermes’ own API'],
  [8644, 'Hermes’ webhooks'],
  [8645, 'Hermes’ WeCom and BlueBubbles callbacks'],
  [8646, 'Hermes’ Teams and LINE callbacks'],
  [9119, 'Hermes’ dashboard'],
  [11_434, 'Ollama'],
  [18_789, 'OpenClaw'],
]);

/**
 * Every port that a folder in `wizards/` lays claim to: houses, and those that are only being made.
 * A port that one house names twice is listed twice. Files that can't be read hold none.
 */
export function portsInUse(root: string): HeldPort[] {
  const wizards = join(root, 'wizards');
  if (!existsSync(wizards)) return [];
  return readdirSync(wizards)
    .filter((name) => !name.startsWith('.') && lstatSync(join(wizards, name)).isDirectory())
    .sort()
    .flatMap((wizard) => portsOf(join(wizards, wizard), wizard));
}

function portsOf(folder: string, wizard: string): HeldPort[] {
  const paths = housePaths(folder);
  const settings = settingsPorts(paths.settings);
  const begun = readBegun(folder);
  const environment = Number(readDotenv(paths.env)['API_SERVER_PORT']);
  const found: [HeldPort['what'], number | null, string][] = [
    ['gateway', settings.gateway, paths.settings],
    ['robe', settings.robe, paths.settings],
    ['gateway', begun?.port ?? null, begunPath(folder)],
    ['robe', begun?.robe ?? null, begunPath(folder)],
    ['api_server', readHermesConfig(paths.config)?.port ?? null, paths.config],
    ['api_server', environment, paths.env],
  ];
  return found.flatMap(([what, port, file]) =>
    Number.isSafeInteger(port) ? [{ port: port as number, wizard, what, file }] : [],
  );
}

interface SettingsPorts {
  gateway: number | null;
  robe: number | null;
}

/** Of house.yaml without its schema: a file that is wrong elsewhere still holds its ports. */
function settingsPorts(file: string): SettingsPorts {
  try {
    const data = parse(readPlain(file, 64 * 1024)?.toString('utf8') ?? '', { maxAliasCount: 0 });
    return { gateway: data?.gateway?.port ?? null, robe: data?.robe?.port ?? null };
  } catch {
    return { gateway: null, robe: null };
  }
}
