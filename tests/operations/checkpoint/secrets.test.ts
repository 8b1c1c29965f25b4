import { expect, test } from 'vitest';
import { formsOf } from '../../../lib/operations/checkpoint/secret-forms.ts';
import { findSecret } from '../../../lib/operations/checkpoint/secrets.ts';

const VALUE = 'k3v9q2xa7m"p5/8w+x';
const SECRETS = [{ name: 'KEY of .env', forms: formsOf(VALUE) }];

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

const utf16 = (text: string) => Buffer.from(text, 'utf16le');

test.each([
  ['UTF-16', utf16(`\ufeffone\r\n${VALUE}\r\n`)],
  ['big-endian UTF-16', utf16(`\ufeffone\r\n${VALUE}\r\n`).swap16()],
  ['UTF-16 behind a line of UTF-8', Buffer.concat([Buffer.from('one\n'), utf16(base64('u:'))])],
  ['UTF-16 at an odd place', Buffer.concat([Buffer.from('\none '), utf16(VALUE)])],
])('a secret is found in %s, with its line', (_, bytes) => {
  expect(findSecret(bytes, SECRETS)).toEqual({ name: 'KEY of .env', line: 2 });
});

test('a secret is found in Latin-1, and a shape in UTF-16', () => {
  const secrets = [{ name: 'PASS of .env', forms: formsOf('schlüssel zum schloß') }];
  for (const bytes of [
    Buffer.from('schlüssel zum schloß', 'latin1'),
    utf16('schlüssel zum schloß'),
  ])
    expect(findSecret(bytes, secrets)).toEqual({ name: 'PASS of .env', line: 1 });
  expect(findSecret(utf16(`\none\nglpat-${'a1B2c3D4e5F6g7H8i9J0'}`), [])).toEqual({
    name: 'a GitLab token',
    line: 3,
  });
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
  const secrets = [{ name: 'KEY of .env', forms: formsOf('abcdefgh\ud800') }];
  expect(findSecret(Buffer.from('nothing'), secrets)).toBeNull();
});
