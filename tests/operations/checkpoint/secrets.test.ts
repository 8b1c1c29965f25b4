import { expect, test } from 'vitest';
import { findSecret } from '../../../lib/operations/checkpoint/secrets.ts';

const VALUE = 'k3v9q2xa7m"p5/8w+x';
const SECRETS = [{ name: 'KEY of .env', value: VALUE }];

const found = (text: string) => findSecret(Buffer.from(`one\n${text}\n`), SECRETS);

const base64 = (before: string, as: BufferEncoding = 'base64') =>
  Buffer.from(`${before}${VALUE}${before}`).toString(as);

test.each([
  ['as it is', VALUE],
  ['in JSON', JSON.stringify({ key: VALUE })],
  ['in an address', `https://example.org/?key=${encodeURIComponent(VALUE)}`],
  ['in hexadecimal', Buffer.from(VALUE).toString('hex')],
  ['in base64', base64('')],
  ['in base64 behind a name', `Basic ${base64('u:')}`],
  ['in base64 elsewhere', base64('a')],
  ['in base64 for addresses', base64('??', 'base64url')],
])('a secret is found %s, with its line', (_, text) => {
  expect(found(text)).toEqual({ name: 'KEY of .env', line: 2 });
});

test.each([
  ['a GitHub token', `github_pat_${'11ABCDEFG0'}${'a1b2c3d4e5f6_'.repeat(5)}`],
  ['a GitLab token', `glpat-${'a1B2c3D4e5F6g7H8i9J0'}`],
  ['a Google key', `AIza${'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'}`],
  ['a Hugging Face token', `hf_${'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'}`],
  ['an npm token', `npm_${'a1B2c3D4e5F6'.repeat(3)}`],
  ['a private key', ['-----BEGIN PGP', 'PRIVATE KEY BLOCK-----'].join(' ')],
])('%s is told by its shape', (name, text) => {
  expect(found(text)).toEqual({ name, line: 2 });
});

test('ordinary text holds no secret', () => {
  const text = 'k3v9q2xa, hf_model, npm_config_registry, AIza, glpat-, a1b2c3d4e5f6a1b2c3d4e5f6';
  expect(found(text)).toBeNull();
});

test('half a character in a secret is no trouble', () => {
  const secrets = [{ name: 'KEY of .env', value: 'abcdefgh\ud800' }];
  expect(findSecret(Buffer.from('nothing'), secrets)).toBeNull();
});
