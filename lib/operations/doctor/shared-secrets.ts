import type { HouseholdCheck } from './patient.ts';
import { few } from './words.ts';

/** Telegram gives one process the updates of a bot, and every other one 409 Conflict. */
export const telegram: HouseholdCheck = {
  of: 'household',
  name: 'telegram-token',
  levels: ['fail'],
  finds: 'one Telegram bot token in two houses',
  fine: 'no two houses speak by one Telegram bot',
  look: ({ houses }) =>
    sharedValues(houses, 'TELEGRAM_BOT_TOKEN').map((names) => ({
      level: 'fail',
      message: `${few(names, 8)} have the same TELEGRAM_BOT_TOKEN: Telegram answers one of them and refuses the others (409 Conflict)`,
      fix: 'make a bot for each with @BotFather, and write its token into the .env of one',
    })),
};

/** A key of one house opens no other. */
export const sharedKeys: HouseholdCheck = {
  of: 'household',
  name: 'keys-shared',
  levels: ['fail'],
  finds: 'one API_SERVER_KEY in two houses',
  fine: 'every gateway has a key of its own',
  look: ({ houses }) =>
    sharedValues(houses, 'API_SERVER_KEY').map((names) => ({
      level: 'fail',
      message: `${few(names, 8)} have the same API_SERVER_KEY: who may command one may command all`,
      fix: 'write a new one into the .env of each: openssl rand -hex 32',
    })),
};

/** Houses whose `.env` gives a variable the same value, by that value, which itself is not told. */
function sharedValues(
  houses: Parameters<HouseholdCheck['look']>[0]['houses'],
  variable: string,
): string[][] {
  const byValue = new Map<string, string[]>();
  for (const { name, env, config } of houses) {
    const value = env[variable] || (variable === 'API_SERVER_KEY' ? config?.key : undefined);
    if (value) byValue.set(value, [...(byValue.get(value) ?? []), name]);
  }
  return [...byValue.values()].filter((names) => names.length > 1);
}
