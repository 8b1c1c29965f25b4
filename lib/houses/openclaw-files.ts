import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { asObject, parseObject } from '../core/untrusted.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { ensureDirectory } from '../platform/files.ts';
import { readPlain } from '../platform/plain-file.ts';
import type { HousePaths } from './paths.ts';

/** What of `openclaw.json` decides how the gateway is started. */
export interface OpenclawConfig {
  channels: boolean;
  cron: boolean;
  /** It says itself who may come in. */
  auth: boolean;
}

const MAX_BYTES = 1024 * 1024;

/** Where the token stands that the gateway asks for, in hex. */
const tokenPath = (paths: HousePaths): string => join(paths.robe, 'gateway.token');

const configPath = (paths: HousePaths): string => join(paths.robe, 'openclaw.json');

/**
 * Make what a first start needs, and touch nothing that is there: the folder (0700), a token and an
 * `openclaw.json` that keeps the log in the house, for two gateways would share one in /tmp.
 */
export function prepareRobe(paths: HousePaths): void {
  ensureDirectory(paths.robe, 0o700);
  ensureDirectory(paths.logs, 0o700);
  createExclusive(tokenPath(paths), `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  const config = {
    gateway: { mode: 'local' },
    logging: { file: join(paths.logs, 'openclaw.log') },
    update: { checkOnStart: false },
  };
  const text = `${JSON.stringify(config, null, 2)}\n`;
  createExclusive(configPath(paths), text, { mode: 0o600 });
}

/** Throws UserError where there is none that can be used. */
export function readToken(paths: HousePaths): string {
  const token = readPlain(tokenPath(paths), 1024)?.toString('utf8').trim() ?? '';
  if (/^[\w.~+/=-]{16,}$/.test(token)) return token;
  throw new UserError('expected a token of at least 16 characters', {
    file: tokenPath(paths),
    hint: 'take the file away: a new token is made at the next start',
  });
}

/** A file that is no plain JSON is a person's (JSON5): what it says of everything is left to it. */
export function readOpenclawConfig(paths: HousePaths): OpenclawConfig {
  const text = readPlain(configPath(paths), MAX_BYTES)?.toString('utf8');
  if (text === undefined) return { channels: false, cron: false, auth: false };
  const config = parseObject(text);
  if (config === null) return { channels: true, cron: true, auth: true };
  return {
    channels: config['channels'] !== undefined,
    cron: config['cron'] !== undefined,
    auth: asObject(config['gateway'])?.['auth'] !== undefined,
  };
}
