import type { Clock } from '../core/clock.ts';
import type { House } from './household.ts';

/**
 * What a look at one gateway found. `degraded`: its process is up, its API is not. `foreign`:
 * somebody else answers on its port. `none`: this house has none.
 */
export interface GatewayState {
  state: 'running' | 'starting' | 'draining' | 'degraded' | 'stopped' | 'foreign' | 'none';
  /** One line for people: what was seen, and where. */
  detail: string;
  pid?: number | undefined;
  version?: string | undefined;
}

/** What probing and starting a gateway need of the world. */
export interface GatewayDeps {
  clock: Clock;
  /** Where programs are looked up; a gateway gets an allow-list of it. */
  environment: NodeJS.ProcessEnv;
}

export interface StopDeps extends GatewayDeps {
  sleep: (ms: number) => Promise<unknown>;
}

/** One half of a house, as dispatch handles it. */
export interface Gateway {
  /** Changes nothing, never throws for what it finds, and takes some seconds at most. */
  probe(house: House, deps: GatewayDeps): Promise<GatewayState>;
  /** Starts it and does not wait until it answers; its pid. Throws UserError where it can't. */
  start(house: House, deps: GatewayDeps): Promise<number>;
  /** Ends the process that is proved to be it, and no other; false where there was none. */
  stop(house: House, deps: StopDeps): Promise<boolean>;
}

/** The body's half, as `probeHermes` finds it. */
export type BodyState = GatewayState;

/** The robe's half, as `probeOpenClaw` finds it. */
export type RobeState = GatewayState;

/** A house by its robe and its body, in the household's words. */
export type HouseStateName = 'robed' | 'unrobed' | 'lobster' | 'dead';

/** Both halves, and what they come to. */
export interface HouseState {
  name: HouseStateName;
  robe: RobeState;
  body: BodyState;
}

/**
 * | robe works | body works | state   | meaning               |
 * |------------|------------|---------|-----------------------|
 * | yes        | yes        | robed   | full wizard           |
 * | –          | yes        | unrobed | capable but invisible |
 * | yes        | –          | lobster | reachable but empty   |
 * | –          | –          | dead    | nothing running       |
 */
export function houseState(robe: RobeState, body: BodyState): HouseStateName {
  if (works(robe)) return works(body) ? 'robed' : 'lobster';
  return works(body) ? 'unrobed' : 'dead';
}

/** Only what answers as itself works: one that starts, drains or has lost its API does not. */
const works = (half: GatewayState): boolean => half.state === 'running';

export const STATE_MEANINGS: Readonly<Record<HouseStateName, string>> = {
  robed: 'full wizard',
  unrobed: 'capable but invisible',
  lobster: 'reachable but empty',
  dead: 'nothing running',
};
