import type { Clock } from '../core/clock.ts';
import { formatDuration } from '../core/duration.ts';
import { type Listener, listenersOf } from '../platform/network.ts';
import { givenAtStart } from '../platform/process-environment.ts';
import { type HermesApi, hermesApi } from './hermes-api.ts';
import { askHealth, type HermesHealth } from './hermes-health.ts';
import { type HermesProcess, hermesProcess, hermesStateFile, livesIn } from './hermes-process.ts';
import type { BodyState } from './house-state.ts';
import { holderText } from './port-holder.ts';

/** What of a house the probe looks at. */
export interface HermesPlace {
  /** Absolute path of HERMES_HOME. */
  home: string;
  /** house.yaml's; absent: what config.yaml says. */
  port: number | undefined;
  /** Milliseconds that a start may take. */
  patience: number;
  /** The process that Robed started for it, where one lives: it may not have named itself yet. */
  launched: HermesProcess | null;
}

/** What was seen of a gateway, before anything is made of it. */
export interface HermesSight {
  port: number;
  health: HermesHealth;
  /** The home's own process, by its lock or pid file. */
  own: HermesProcess | null;
  launched: HermesProcess | null;
  /** Who listens on the port, as far as this user may see. */
  listeners: readonly Listener[];
  /** Whether the process that answered was given this home; null where that can't be told. */
  livesHere: (pid: number) => boolean | null;
  /** The home that a process was given; null where that can't be told. */
  homeOf: (pid: number) => string | null;
  /** What gateway_state.json says: a hint. */
  said: { state: string; reason: string; pid: unknown };
  /** Milliseconds. */
  age: number;
  patience: number;
}

/** How the gateway of a home is, by process and API together. Never throws for what it finds. */
export async function probePlace(
  { home, port, patience, launched }: HermesPlace,
  clock: Clock,
): Promise<BodyState> {
  const api = await hermesApi(home, port);
  if (api === null) return { state: 'none', detail: 'neither house.yaml nor config.yaml names it' };
  const health = await askHealth(api);
  // After the answer: who has ended meanwhile is not taken for the one that gave it.
  const own = hermesProcess(home);
  return judgeHermes({
    port: api.port,
    health,
    own,
    launched,
    listeners: health.says === 'nothing' ? [] : listenersOf(api.port),
    livesHere: (pid) => livesIn(pid, home),
    homeOf: (pid) => givenAtStart(pid, 'HERMES_HOME'),
    said: hermesStateFile(home),
    age: clock.now() - ((own ?? launched)?.startedAt ?? 0),
    patience,
  });
}

/** Pure. */
export function judgeHermes(sight: HermesSight): BodyState {
  const { port, health, own, launched, listeners, age, patience } = sight;
  const living = own ?? launched;
  if (health.says === 'nothing') {
    return living === null ? stopped(sight) : closed(sight, living.identity.pid);
  }
  const owner = answering(sight);
  if (owner === null) return { state: 'foreign', detail: foreigner(sight) };
  const told = {
    pid: owner,
    ...('version' in health && health.version !== '' ? { version: health.version } : {}),
  };
  if (health.says === 'hermes') {
    if (health.draining) {
      return { state: 'draining', detail: `process ${owner} finishes its work and ends`, ...told };
    }
    const name = health.version === '' ? 'Hermes' : `Hermes ${health.version}`;
    return { state: 'running', detail: `${name} on port ${port}, process ${owner}`, ...told };
  }
  if (health.says === 'refused') {
    const detail = `process ${owner} does not take the key in home/.env: restart it`;
    return { state: 'degraded', detail, ...told };
  }
  if (age < patience && listeners.length > 0) {
    return { state: 'starting', detail: startingFor(owner, age), ...told };
  }
  const detail = `process ${owner} is up, but port ${port} does not answer as Hermes’ API`;
  return { state: 'degraded', detail, ...told };
}

/**
 * The pid of our own that answered, null where it was somebody else. The API says itself who it is,
 * to those who know its key; else the system says who listens.
 */
function answering({ health, own, launched, listeners, livesHere }: HermesSight): number | null {
  const ours = [own, launched].flatMap((process) => (process ? [process.identity.pid] : []));
  if (health.says === 'hermes' && health.pid !== null) {
    if (ours.includes(health.pid)) return health.pid;
    return livesHere(health.pid) === true ? health.pid : null;
  }
  const owner = listeners.find(({ pid }) => ours.includes(pid) || livesHere(pid) === true);
  return owner?.pid ?? null;
}

function stopped({ port, said }: HermesSight): BodyState {
  const why = said.state === 'startup_failed' && said.reason ? `; last start: ${said.reason}` : '';
  return { state: 'stopped', detail: `nothing listens on port ${port}${why}` };
}

function closed({ port, said, age, patience }: HermesSight, pid: number): BodyState {
  // On its way out it has closed its API already, and the file is this very process' own.
  if (said.state === 'draining' && said.pid === pid) {
    return { state: 'draining', detail: `process ${pid} is ending`, pid };
  }
  if (age < patience) return { state: 'starting', detail: startingFor(pid, age), pid };
  return { state: 'degraded', detail: `process ${pid} is up, but port ${port} is closed`, pid };
}

function foreigner({ port, health, listeners, homeOf }: HermesSight): string {
  const [first] = listeners;
  const who = holderText(first, first ? homeOf(first.pid) : null);
  switch (health.says) {
    case 'hermes':
      return `port ${port} is taken by another home's Hermes, ${who}`;
    case 'refused':
      return `port ${port} is taken by a Hermes that does not take this house's key, ${who}`;
    case 'other':
      return health.platform === ''
        ? `port ${port} is taken by ${who}`
        : `port ${port} is taken by Hermes' ${health.platform} platform, ${who}`;
    default:
      return `port ${port} is taken by ${who}, which gives no answer`;
  }
}

const startingFor = (pid: number, age: number): string =>
  `process ${pid} has been starting for ${formatDuration(Math.max(0, Math.floor(age / 1000)) * 1000)}`;

/** The API of the home's own Hermes, where it takes work now; null where it does not. */
export async function hermesAtWork(home: string, port?: number): Promise<HermesApi | null> {
  const own = hermesProcess(home);
  if (own === null) return null;
  const api = await hermesApi(home, port);
  if (api === null || api.key === null) return null;
  const health = await askHealth(api);
  const ours = health.says === 'hermes' && health.pid === own.identity.pid;
  return ours && !health.draining ? api : null;
}
