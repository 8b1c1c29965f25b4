import { join } from 'node:path';
import { type JsonObject, parseObject } from '../core/untrusted.ts';
import { type HttpFailure, requestText } from '../platform/http-client.ts';
import { readDotenv } from './dotenv.ts';

/** Where the API of a house's Hermes is, and what it asks for. */
export interface HermesApi {
  /** `http://127.0.0.1:8742`. */
  origin: string;
  port: number;
  /** null where the house has none: then its gateway can't have an API either. */
  key: string | null;
}

export interface HermesAnswer {
  status: number;
  /** null where the body is no JSON object. */
  data: JsonObject | null;
}

/** Hermes' own, where neither file says another. */
const DEFAULT_PORT = 8642;

const MAX_BYTES = 8 * 1024 * 1024;

/** Addresses to listen on that are none to ask at. */
const ANY = new Set(['0.0.0.0', '::', '[::]', '']);

/**
 * The API of the Hermes that lives in `home`, as Hermes finds it out: `.env` before config.yaml.
 * `port` is house.yaml's, which says the same as config.yaml. null where neither names an API.
 */
export async function hermesApi(home: string, port?: number): Promise<HermesApi | null> {
  const environment = readDotenv(join(home, '.env'));
  const named = portOf(environment['API_SERVER_PORT']) ?? port;
  const key = environment['API_SERVER_KEY'] || null;
  const host = environment['API_SERVER_HOST'];
  if (named !== undefined && key !== null && host !== undefined) return api(host, named, key);
  // Loads a parser, which an idle tick can do without.
  const { readHermesConfig } = await import('./hermes-config.ts');
  const config = readHermesConfig(join(home, 'config.yaml'));
  const enabled = config?.enabled === true || key !== null;
  if (named === undefined && !enabled) return null;
  return api(
    host ?? config?.host ?? '',
    named ?? config?.port ?? DEFAULT_PORT,
    key ?? config?.key ?? null,
  );
}

function api(host: string, port: number, key: string | null): HermesApi {
  const address = ANY.has(host) ? '127.0.0.1' : host;
  const written = address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
  return { origin: `http://${written}:${port}`, port, key };
}

function portOf(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Ask the API with its key; a `body` makes it a POST. Never rejects for what the far side does. */
export async function askHermes(
  { origin, key }: HermesApi,
  path: string,
  { body, timeoutMs }: { body?: JsonObject; timeoutMs: number },
): Promise<HermesAnswer | HttpFailure> {
  const answer = await requestText(`${origin}${path}`, {
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs,
    maxBytes: MAX_BYTES,
  });
  if ('error' in answer) return answer;
  return { status: answer.status, data: parseObject(answer.text) };
}
