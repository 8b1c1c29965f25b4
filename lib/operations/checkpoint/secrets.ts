import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readDotenv } from '../../houses/dotenv.ts';
import { readHermesConfig } from '../../houses/hermes-config.ts';
import type { House } from '../../houses/household.ts';
import { readPlain } from '../../platform/plain-file.ts';
import { formsOf } from './secret-forms.ts';

/** A value that must be in no commit, and what to call it: a name, never the value. */
export interface Secret {
  name: string;
  /** The bytes that say it, in each form. */
  forms: readonly Buffer[];
}

/** Shorter ones stand in ordinary text by chance. */
const SHORTEST = 8;

const SECRET_NAME = /key|token|secret|pass|credential|auth/i;

/** What looks like a secret whoever's it is. */
const SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/],
  ['an API key', /\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,}/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{50}/],
  ['a GitLab token', /\bglpat-[\w-]{20}/],
  ['a Google key', /\bAIza[\w-]{35}(?![\w-])/],
  ['a Hugging Face token', /\bhf_[A-Za-z]{34}\b/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a Slack token', /\bxox[abpr]-[A-Za-z0-9-]{20,}/],
  ['an AWS key', /\bAKIA[0-9A-Z]{16}\b/],
  ['a Telegram bot token', /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/],
];

/** The secrets of a house as it has them: .env, a key in config.yaml, key files. */
export function secretsOf({ paths, settings }: House): Secret[] {
  const found = Object.entries(readDotenv(paths.env))
    .filter(([name, value]) => SECRET_NAME.test(name) || looksRandom(value))
    .map(([name, value]) => ({ name: `${name} of .env`, value }));
  const config = readHermesConfig(paths.config);
  if (config?.key) found.push({ name: 'the API key of config.yaml', value: config.key });
  for (const value of config?.secrets ?? []) {
    found.push({ name: 'a key or token of config.yaml', value });
  }
  const file = settings.bodies.model?.key?.file;
  const keyFiles = [
    ...readdirSync(paths.home)
      .filter((name) => name.endsWith('.key'))
      .map((name) => join(paths.home, name)),
    ...(file === undefined ? [] : [resolve(paths.house, file)]),
  ];
  for (const path of keyFiles) {
    const value =
      readPlain(path, 64 * 1024)
        ?.toString('utf8')
        .trim() ?? '';
    found.push({ name: `what ${path.slice(paths.house.length + 1)} holds`, value });
  }
  return found
    .filter(({ value }) => value.length >= SHORTEST)
    .map(({ name, value }) => ({ name, forms: formsOf(value) }));
}

/**
 * The first secret that a file holds, in whatever form, and its line; null where there is none. In
 * UTF-16, as editors and PowerShell on Windows write, a zero byte stands beside each letter.
 */
export function findSecret(
  bytes: Buffer,
  secrets: readonly Secret[],
): { name: string; line: number } | null {
  const found = findIn(bytes, secrets);
  if (found !== null || !bytes.includes(0)) return found;
  return findIn(Buffer.from(bytes.filter((byte) => byte !== 0)), secrets);
}

function findIn(bytes: Buffer, secrets: readonly Secret[]): { name: string; line: number } | null {
  for (const { name, forms } of secrets) {
    for (const form of forms) {
      const at = bytes.indexOf(form);
      if (at !== -1) return { name, line: lineAt(bytes, at) };
    }
  }
  const text = bytes.toString('latin1');
  for (const [name, shape] of SHAPES) {
    const at = text.search(shape);
    if (at !== -1) return { name, line: lineAt(bytes, at) };
  }
  return null;
}

/** Under a name that says nothing: long, of letters and digits both, and no address or path. */
function looksRandom(value: string): boolean {
  return /^(?=.*\d)(?=.*[A-Za-z])[\w+=.-]{20,}$/.test(value) && !/^[\d.:-]+$/.test(value);
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) {
    line += 1;
  }
  return line;
}
