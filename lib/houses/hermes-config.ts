import { parse } from 'yaml';
import { readPlain } from '../platform/plain-file.ts';

/** What of a Hermes `config.yaml` concerns the household; null where it says nothing readable. */
export interface HermesConfig {
  /** `platforms.api_server`, in either of the places where Hermes looks for it. */
  enabled: boolean;
  port: number | null;
  host: string | null;
  /** A key that stands in the file itself. */
  key: string | null;
  model: string | null;
  provider: string | null;
  baseUrl: string | null;
  contextLength: number | null;
  /** null: not said, and Hermes' own default counts. */
  memory: boolean | null;
  kanbanDispatch: boolean | null;
  /** Where the gateway's tools work; null: in the user's home folder. */
  cwd: string | null;
  /** Whether a key, token or password seems to stand in the file itself. */
  secret: boolean;
  /** Those, wherever they stand. */
  secrets: readonly string[];
  /** Names of the platforms that are switched on. */
  platforms: string[];
}

const MAX_BYTES = 1024 * 1024;

/**
 * Read a `config.yaml` that a person, or Hermes itself, may have written in any way. null where
 * there is no regular file, or it is no YAML mapping.
 */
export function readHermesConfig(path: string): HermesConfig | null {
  const bytes = readPlain(path, MAX_BYTES);
  return bytes === null ? null : parseHermesConfig(bytes.toString('utf8'));
}

export function parseHermesConfig(text: string): HermesConfig | null {
  const root = mapping(read(text));
  if (root === null) return null;
  const model = mapping(root['model']) ?? { default: root['model'] };
  const platforms = mapping(root['platforms']) ?? {};
  const server = mapping(platforms['api_server']) ?? {};
  const extra = mapping(server['extra']) ?? {};
  const secrets = secretsIn(root);
  return {
    enabled: server['enabled'] === true,
    port: number(extra['port']),
    host: string(extra['host']),
    key: string(extra['key']),
    model: string(model['default']),
    provider: string(model['provider']),
    baseUrl: string(model['base_url']),
    contextLength: number(model['context_length']),
    memory: boolean(mapping(root['memory'])?.['memory_enabled']),
    kanbanDispatch: boolean(mapping(root['kanban'])?.['dispatch_in_gateway']),
    cwd: string(mapping(root['terminal'])?.['cwd']),
    secret: secrets.length > 0,
    secrets,
    platforms: Object.keys(platforms).filter(
      (name) => mapping(platforms[name])?.['enabled'] === true,
    ),
  };
}

/** A reference as `${NAME}` is none. */
function secretsIn(value: unknown, name = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, below]) => secretsIn(below, key));
  }
  const said = string(value);
  if (said === null || /^(?:\w+ )?\$\{\w+\}$/.test(said)) return [];
  if (/^authorization$/i.test(name)) return [said.replace(/^\w+ +/, '')];
  return /(^|_|[a-z](?=[A-Z]))(key|token|secret|password)$/i.test(name) ? [said] : [];
}

function read(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 10, logLevel: 'error' });
  } catch {
    return null;
  }
}

type Mapping = Record<string, unknown>;

const mapping = (value: unknown): Mapping | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : null;

const string = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const boolean = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** Also `port: "8742"`, which Hermes takes. */
function number(value: unknown): number | null {
  const found = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : null;
}
