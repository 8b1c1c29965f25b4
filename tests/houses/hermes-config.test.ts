import { expect, test } from 'vitest';
import { parseHermesConfig } from '../../lib/houses/hermes-config.ts';

test('a config.yaml in any form is read as far as it goes', () => {
  expect(
    parseHermesConfig('model: gpt\nplatforms: {api_server: {extra: {port: "8750"}}}\n'),
  ).toEqual({
    enabled: false,
    port: 8750,
    host: null,
    key: null,
    model: 'gpt',
    provider: null,
    baseUrl: null,
    contextLength: null,
    memory: null,
    kanbanDispatch: null,
    cwd: null,
    secret: false,
    secrets: [],
    platforms: [],
  });
  expect(parseHermesConfig('platforms: [nonsense]\nmemory: 7\n')).toMatchObject({ port: null });
});

test('what is no mapping is no config', () => {
  for (const text of ['', 'words', '- a\n', '{', 'a: *b\n']) {
    expect(parseHermesConfig(text), text).toBeNull();
  }
});

test('a key in the file is told from a reference to one', () => {
  const secret = (text: string) => parseHermesConfig(text)?.secret;
  expect(secret('model: {api_key: sk-1}\n')).toBe(true);
  expect(secret('fallback_providers: [{bot_token: "1:a"}]\n')).toBe(true);
  expect(secret('mcp: {x: {headers: {Authorization: "Bearer abc"}}}\n')).toBe(true);
  expect(secret('web: {apiKey: abc}\n')).toBe(true);
  expect(secret('mcp: {headers: {Authorization: "Bearer ${' + 'TOKEN}"}}\n')).toBe(false);
  expect(secret('model: {api_key: "${' + 'MODEL_API_KEY}", key_env: X}\n')).toBe(false);
});
