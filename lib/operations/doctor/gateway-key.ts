import { type HouseCheck, hasGateway } from './patient.ts';
import { quoted, shown } from './words.ts';

/** Hermes' own rule for keys of its API (hermes_cli/auth.py, has_usable_secret). */
const SHORTEST = 16;
const PLACEHOLDERS =
  /^(?:\*+|change[-_ ]?me|your[-_]api[-_]key(?:[-_]here)?|placeholder|example|dummy|null|none)[\d!]*$/i;

export const gatewayKey: HouseCheck = {
  of: 'house',
  name: 'gateway-key',
  levels: ['fail'],
  finds:
    'a gateway without an API_SERVER_KEY, or with one that Hermes refuses (under 16 characters, a placeholder)',
  fine: 'the gateway has a key that Hermes takes, or there is no gateway',
  look(patient, household) {
    if (!hasGateway(patient)) return [];
    const { env, config, paths } = patient;
    const key = (env['API_SERVER_KEY'] || config?.key || '').trim();
    const plain = PLACEHOLDERS.test(key);
    if (key.length >= SHORTEST && !plain) return [];
    const what =
      key === ''
        ? 'there is no API_SERVER_KEY'
        : plain
          ? 'the API_SERVER_KEY is a placeholder'
          : `the API_SERVER_KEY has ${key.length} characters, and must have ${SHORTEST}`;
    return [
      {
        level: 'fail',
        message: `${what} (${shown(household, paths.env)}): Hermes refuses to serve its API, even on this machine alone`,
        fix: `(umask 077; printf '\\nAPI_SERVER_KEY=%s\\n' "$(openssl rand -hex 32)" >> ${quoted(paths.env)})`,
      },
    ];
  },
};
