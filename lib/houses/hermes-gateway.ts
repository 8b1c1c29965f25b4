import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { ensureDirectory } from '../platform/files.ts';
import { identify, liveness, type ProcessIdentity } from '../platform/identity.ts';
import { acquireLock } from '../platform/lock.ts';
import { spawnDetached } from '../platform/process.ts';
import { endGroup } from '../platform/process-group.ts';
import { scrubbedEnvironment } from '../platform/scrubbed-environment.ts';
import { livingGateway, writeGatewayRecord } from './gateway-record.ts';
import { probePlace } from './hermes-probe.ts';
import { type HermesProcess, hermesProcess, livesIn } from './hermes-process.ts';
import type { BodyState, GatewayDeps, StopDeps } from './house-state.ts';
import type { House } from './household.ts';
import type { HousePaths } from './paths.ts';

/** Milliseconds that a gateway gets to end by itself, and between two looks. */
const GRACE = 30_000;
const LOOK = 50;
const LOOKS_AFTER_KILL = 100;

/** A start counts as young for so long where house.yaml says nothing. */
const PATIENCE = 120_000;

export const gatewayLog = (paths: HousePaths): string => join(paths.logs, 'gateway.log');

const recordPath = (paths: HousePaths): string => join(paths.logs, 'gateway.json');

/** How the house's Hermes gateway is; see `probePlace`. */
export function probeHermes(
  { paths, settings }: House,
  { clock }: Pick<GatewayDeps, 'clock'>,
): Promise<BodyState> {
  const { port, patience = PATIENCE } = settings.gateway ?? {};
  return probePlace({ home: paths.home, port, patience, launched: launched(paths) }, clock);
}

/**
 * Run the house's start-gateway.sh in a session of its own, its messages in logs/gateway.log, and do
 * not wait for it; its pid. One that lives is not started twice. Throws UserError where it can't be
 * started, or somebody else has its port.
 */
export async function startHermesGateway(house: House, deps: GatewayDeps): Promise<number> {
  const { paths } = house;
  ensureDirectory(paths.logs, 0o700);
  const request = { what: 'start the gateway', clock: deps.clock };
  const lock = await acquireLock(join(paths.logs, '.gateway-start'), request);
  if (!('release' in lock)) {
    throw new UserError('somebody else is just starting it', { exitCode: EXIT.busy });
  }
  try {
    const living = hermesProcess(paths.home) ?? launched(paths);
    if (living !== null) return living.identity.pid;
    await checkPort(house, deps);
    checkScript(paths);
    await checkConfig(paths);
    const log = gatewayLog(paths);
    const { identity } = await spawnDetached({
      argv: [paths.startGateway],
      cwd: paths.house,
      // What an agent says through its gateway is never a person's word (see refuseInsideRun).
      env: {
        ...scrubbedEnvironment(deps.environment),
        HERMES_HOME: paths.home,
        ROBED_RUN: 'gateway',
      },
      stdoutPath: log,
      stderrPath: log,
      background: true,
    });
    writeGatewayRecord(recordPath(paths), { identity, startedAt: deps.clock.now() });
    return identity.pid;
  } finally {
    lock.release();
  }
}

async function checkPort(house: House, deps: GatewayDeps): Promise<void> {
  const { state, detail } = await probeHermes(house, deps);
  const file = house.paths.settings;
  if (state === 'none') {
    throw new UserError(`expected a gateway: ${detail}`, {
      file,
      hint: 'add `gateway: {port: …}`, and the same port to home/config.yaml',
    });
  }
  if (state === 'foreign') {
    throw new UserError(detail, {
      file,
      hint: 'end that, or give this house another port in house.yaml and home/config.yaml',
    });
  }
}

function checkScript({ startGateway }: HousePaths): void {
  try {
    accessSync(startGateway, constants.X_OK);
  } catch {
    throw new UserError('expected a start-gateway.sh that can be executed', {
      file: startGateway,
      hint: 'chmod +x it; where it is missing, `robed provision` makes it anew',
    });
  }
}

/** Hermes 0.19.0 goes on without a config that it can't read, its API on its own default port. */
async function checkConfig({ config }: HousePaths): Promise<void> {
  if (!existsSync(config)) return;
  const { readHermesConfig } = await import('./hermes-config.ts');
  if (readHermesConfig(config) !== null) return;
  throw new UserError('expected a YAML mapping', {
    file: config,
    hint: 'Hermes would start without it, on another port than this house’s',
    exitCode: EXIT.config,
  });
}

/**
 * End the house's gateway and what it left in its session: SIGTERM, by which it finishes its work as
 * its config says, and after a while SIGKILL. Only the process that is proved to be it, looked up
 * again before each signal. False where none runs.
 */
export async function stopHermesGateway(house: House, { sleep }: StopDeps): Promise<boolean> {
  const { paths } = house;
  const living = hermesProcess(paths.home) ?? launched(paths);
  if (living === null) return false;
  const { identity } = living;
  if (!(await end(identity, 'SIGTERM', GRACE / LOOK, sleep))) {
    await end(identity, 'SIGKILL', LOOKS_AFTER_KILL, sleep);
  }
  // Where the script did not give its process over to Hermes, it leads the session.
  const leader = livingGateway(recordPath(paths))?.identity ?? identity;
  const left = await endGroup(leader, { graceMs: 2000, sleep });
  if (left.length === 0 && liveness(identity) !== 'alive') return true;
  throw new UserError(`process ${[identity.pid, ...left].join(', ')} could not be ended`);
}

/** False where it still lives after so many looks. */
async function end(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  looks: number,
  sleep: (ms: number) => Promise<unknown>,
): Promise<boolean> {
  if (liveness(identity) === 'alive') process.kill(identity.pid, signal);
  for (let look = 0; look < looks; look += 1) {
    if (liveness(identity) !== 'alive') return true;
    await sleep(LOOK);
  }
  return false;
}

/** The process that Robed started for this home and that still lives. */
function launched(paths: HousePaths): HermesProcess | null {
  const record = livingGateway(recordPath(paths));
  // The file may be anybody's: what it names must have been given this house's home.
  if (record === null || livesIn(record.identity.pid, paths.home) === false) return null;
  return identify(record.identity.pid) && record;
}
