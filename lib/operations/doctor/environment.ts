import type { HouseCheck, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { few, quoted, shown } from './words.ts';

/** What overrides a house's config.yaml, whoever exports it. */
const OVERRIDES = /^(?:API_SERVER_(?:PORT|HOST|KEY)|CUSTOM_BASE_URL|HERMES_HOME)$/;

export const environment: HouseholdCheck = {
  of: 'household',
  name: 'environment',
  levels: ['warn'],
  finds:
    'API_SERVER_PORT, _HOST, _KEY, CUSTOM_BASE_URL or HERMES_HOME in the environment you work in',
  fine: 'nothing in your environment overrides a house’s config.yaml',
  look({ environment }) {
    const set = Object.keys(environment).filter(
      (name) => OVERRIDES.test(name) && environment[name] !== '',
    );
    if (set.length === 0) return [];
    return [
      {
        level: 'warn',
        message: `${few(set, 5)} ${set.length === 1 ? 'is' : 'are'} set in your environment: every hermes that you start by hand takes that before its house’s config.yaml`,
        fix: `unset ${set.join(' ')}   (and take it out of your shell’s start files)`,
      },
    ];
  },
};

export const envOverrides: HouseCheck = {
  of: 'house',
  name: 'env-overrides',
  levels: ['fail', 'warn'],
  finds: 'API_SERVER_PORT or API_SERVER_HOST in `.env`, which override config.yaml',
  fine: '.env overrides nothing of config.yaml',
  look({ env, paths, config }, household) {
    const said: [string, string | null][] = [
      ['API_SERVER_PORT', config?.port === null || !config ? null : String(config.port)],
      ['API_SERVER_HOST', config?.host ?? null],
    ];
    return said.flatMap(([name, configured]): Trouble[] => {
      const value = env[name];
      if (value === undefined || value === '') return [];
      const differs = configured !== null && configured !== value;
      return [
        {
          level: differs ? 'fail' : 'warn',
          message: `${shown(household, paths.env)} sets ${name}=${value}${
            differs
              ? `, and config.yaml says ${configured}: Hermes takes the former`
              : ': Hermes takes that before config.yaml, so a change there has no effect'
          }`,
          fix: `take the line out: sed -i -E '/^[[:blank:]]*(export[[:blank:]]+)?${name}[[:blank:]]*=/d' ${quoted(paths.env)}`,
        },
      ];
    });
  },
};
