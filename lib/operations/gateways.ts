import { join } from 'node:path';
import type { Gateway } from '../houses/house-state.ts';
import type { House } from '../houses/household.ts';

/** The two halves of a house, each with a gateway of its own. */
export type Half = 'robe' | 'body';

export const HALVES: readonly Half[] = ['robe', 'body'];

export const HALF_NAMES: Readonly<Record<Half, string>> = {
  robe: 'the robe',
  body: "the body's gateway",
};

/** What house.yaml says of a half; undefined where the house has none. */
export const halfSettings = ({ settings }: House, half: Half) =>
  half === 'robe' ? settings.robe : settings.gateway;

/** Loaded where a house has one, and something asks for it. */
export async function gatewayOf(half: Half): Promise<Gateway> {
  if (half === 'robe') {
    const { probeOpenClaw, startOpenClaw, stopOpenClaw } = await import(
      '../houses/openclaw-gateway.ts'
    );
    return { probe: probeOpenClaw, start: startOpenClaw, stop: stopOpenClaw };
  }
  const { probeHermes, startHermesGateway, stopHermesGateway } = await import(
    '../houses/hermes-gateway.ts'
  );
  return { probe: probeHermes, start: startHermesGateway, stop: stopHermesGateway };
}

/** Where a half's process writes what it has to say. */
export const halfLog = ({ paths }: House, half: Half): string =>
  join(paths.logs, half === 'robe' ? 'robe.log' : 'gateway.log');
