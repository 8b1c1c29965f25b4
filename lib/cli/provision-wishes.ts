import { resolve } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { type Codebase, PROVISIONED_BODIES, type Wishes } from '../houses/provision.ts';
import { parseSchedule } from '../houses/provision-schedule.ts';
import { wizardName } from '../houses/setting-types.ts';
import { readPlain } from '../platform/plain-file.ts';
import type { Context } from './context.ts';
import { type Input, textOption } from './input.ts';

/** What the flags, and for the key also the environment, ask for. Throws UserError. */
export function readWishes(context: Context, input: Input): Wishes {
  const { cwd, environment } = context;
  const text = (name: string) => textOption(input, name);
  const keyFile = text('keyFile');
  const key =
    keyFile === undefined
      ? oneKey(environment['ROBED_MODEL_KEY'], 'ROBED_MODEL_KEY')
      : readKey(resolve(cwd, keyFile));
  return defined({
    model: given(text('model'), 'model', 'one line', oneLine),
    baseUrl: given(text('baseUrl'), 'base-url', URL_FORM, url),
    provider: given(text('provider'), 'provider', 'a provider’s name as Hermes has it', word),
    modelKey: key,
    role: given(text('role'), 'role', 'one line', oneLine),
    father: given(text('father'), 'father', 'a wizard’s name', wizard),
    body: given(text('body'), 'body', `one of ${PROVISIONED_BODIES.join(', ')}`, body),
    robe: given(text('robe'), 'robe', 'openclaw or openclaw:PORT', robe),
    codebase: given(text('codebase'), 'codebase', CODEBASE_FORM, (said) => codebase(said, cwd)),
    port: given(text('port'), 'port', 'a port of 1024 to 65535', portNumber),
    schedule: given(text('schedule'), 'schedule', '', parseSchedule),
  });
}

const URL_FORM = 'an address as http://127.0.0.1:11434/v1, with no password or key in it';
const CODEBASE_FORM = 'a folder, or the address of a git repository with no password in it';

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

function defined(wishes: Optional<Wishes>): Wishes {
  const entries = Object.entries(wishes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Wishes;
}

/** A parser gives null where it was told something that it can't use. */
function given<T>(
  said: string | undefined,
  flag: string,
  expected: string,
  parse: (said: string) => T | null,
): T | undefined {
  if (said === undefined) return undefined;
  const parsed = parse(said.trim());
  if (parsed !== null) return parsed;
  // What is refused for the password in it is not to be shown with it.
  const shown = JSON.stringify(said.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*/, '?…'));
  throw new UserError(`expected ${expected} for --${flag}, found ${shown}`, {
    exitCode: EXIT.usage,
  });
}

const oneLine = (said: string) => (/^[^\p{Cc}]{1,200}$/u.test(said) ? said : null);

const word = (said: string) => (/^[\w.:-]{1,64}$/.test(said) ? said : null);

const wizard = (said: string) => (wizardName.safeParse(said).success ? said : null);

const SECRET_NAME = /key|token|secret|pass|auth|sig/i;

/** It will stand in config.yaml, and in git. */
function url(said: string): string | null {
  const parsed = URL.canParse(said) ? new URL(said) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  const secret = [...parsed.searchParams.keys()].some((name) => SECRET_NAME.test(name));
  return parsed.username || parsed.password || secret ? null : said;
}

const body = (said: string) => PROVISIONED_BODIES.find((kind) => kind === said) ?? null;

function robe(said: string): Wishes['robe'] | null {
  const match = /^openclaw(?::(\d+))?$/.exec(said);
  if (match === null) return null;
  if (match[1] === undefined) return { port: null };
  const port = portNumber(match[1]);
  return port === null ? null : { port };
}

function portNumber(said: string): number | null {
  const port = Number(said);
  return /^\d+$/.test(said) && port >= 1024 && port <= 65_535 ? port : null;
}

/** Whoever lists processes, or reads .git/config, would see a password: git has helpers for that. */
function codebase(said: string, cwd: string): Codebase | null {
  if (/^[\w.-]+@[\w.-]+:/.test(said)) return { type: 'clone', url: said };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(said)) return { type: 'folder', path: resolve(cwd, said) };
  if (!URL.canParse(said)) return null;
  const { protocol, username, password } = new URL(said);
  const secret = password !== '' || (username !== '' && protocol.startsWith('http'));
  return secret ? null : { type: 'clone', url: said };
}

const NOT_ONE = 'several lines, or one that is too long';

/** As a file's: `$(cat key.txt)` is trimmed by the shell, and other ways to set it are not. */
function oneKey(said: string | undefined, where: string): string | undefined {
  const key = said?.trim();
  if (key === undefined || key === '') return undefined;
  if (oneLine(key) === key) return key;
  throw new UserError(`expected one key for the model in ${where}, found ${NOT_ONE}`, {
    exitCode: EXIT.usage,
  });
}

/** A secret comes from a file, never from the command line, which everybody on the machine can see. */
function readKey(path: string): string {
  const key = readPlain(path, 4096)?.toString('utf8').trim();
  if (key !== undefined && oneLine(key) === key && key !== '') return key;
  const found = key === undefined ? 'no such file' : key === '' ? 'nothing in it' : NOT_ONE;
  throw new UserError(`expected one key for the model, found ${found}`, {
    file: path,
    exitCode: EXIT.usage,
  });
}
