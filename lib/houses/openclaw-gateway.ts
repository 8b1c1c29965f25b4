import { join } from 'node:path';
import { formatDuration } from '../core/duration.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { acquireLock } from '../platform/lock.ts';
import { type Listener, listenersOf } from '../platform/network.ts';
import { spawnDetached } from '../platform/process.ts';
import { endGroup } from '../platform/process-group.ts';
import { findProgram } from '../platform/program.ts';
import { writeGatewayRecord } from './gateway-record.ts';
import type { GatewayDeps, RobeState, StopDeps } from './house-state.ts';
import type { House } from './household.ts';
import { openclawCommand } from './openclaw-command.ts';
import { prepareRobe } from './openclaw-files.ts';
import { askOpenclaw, type OpenclawAnswer } from './openclaw-health.ts';
import { isRobe, robeOf, robeProcess, robeRecord } from './openclaw-process.ts';
import { holderText } from './port-holder.ts';

/** Milliseconds that a gateway gets to end by itself; with an agent at work it would take minutes. */
const GRACE = 30_000;

/** What it says of its age may differ from ours by so much: it counts from a later moment. */
const SLACK = 5000;

/**
 * How the robe is, by an identity that nobody else has: it answers as OpenClaw does, and the process
 * that listens on its port is this house's.
 */
export async function probeOpenClaw(house: House, { clock }: GatewayDeps): Promise<RobeState> {
  const { robe } = house.settings;
  if (robe === undefined) return { state: 'none', detail: 'house.yaml names no robe' };
  const { port } = robe;
  const answer = await askOpenclaw(port);
  // After the answer: who has ended meanwhile is not taken for the one that gave it.
  const living = robeProcess(house.paths);
  const age = living === null ? 0 : clock.now() - living.startedAt;
  const young = living !== null && age < robe.patience;
  if (answer.says === 'nothing') {
    const pid = living?.identity.pid;
    if (pid === undefined) return { state: 'stopped', detail: `nothing listens on port ${port}` };
    if (young) return { state: 'starting', detail: startingFor(pid, age), pid };
    return { state: 'degraded', detail: `process ${pid} is up, but port ${port} is closed`, pid };
  }
  const listeners = listenersOf(port);
  const owner = listeners.find((listener) => isRobe(listener.pid, house.paths, living));
  const pid = owner?.pid ?? living?.identity.pid;
  if (pid === undefined || (owner === undefined && !mayBe(answer, listeners, age))) {
    return { state: 'foreign', detail: foreigner(port, listeners) };
  }
  return { ...ownState(answer, { port, pid, age, young }), pid };
}

function ownState(
  { says, version }: OpenclawAnswer,
  { port, pid, age, young }: { port: number; pid: number; age: number; young: boolean },
): RobeState {
  if (says === 'live') {
    const name = version === undefined ? 'OpenClaw' : `OpenClaw ${version}`;
    return { state: 'running', detail: `${name} on port ${port}, process ${pid}`, version };
  }
  if (says === 'draining') {
    return { state: 'draining', detail: `process ${pid} is shutting down`, version };
  }
  if (says === 'starting' || young) {
    return { state: 'starting', detail: startingFor(pid, age), version };
  }
  const detail = `process ${pid} is up, but port ${port} does not answer as OpenClaw`;
  return { state: 'degraded', detail, version };
}

/** Where nobody can say who listens: an OpenClaw no older than the process that we started. */
function mayBe(answer: OpenclawAnswer, listeners: readonly Listener[], age: number): boolean {
  return listeners.length === 0 && answer.uptime !== undefined && answer.uptime <= age + SLACK;
}

function foreigner(port: number, [first]: readonly Listener[]): string {
  return `port ${port} is taken by ${holderText(first, first ? robeOf(first.pid) : null)}`;
}

const startingFor = (pid: number, age: number): string =>
  `process ${pid} has been starting for ${formatDuration(Math.floor(age / 1000) * 1000)}`;

/**
 * Start it in a session of its own, its messages in logs/robe.log, and do not wait for it; its pid.
 * One that lives is not started twice. Throws UserError where it can't be started.
 */
export async function startOpenClaw(house: House, deps: GatewayDeps): Promise<number> {
  const { paths, settings } = house;
  const { robe } = settings;
  if (robe === undefined) {
    throw new UserError('expected a robe', { file: paths.settings, hint: 'add `robe: {port: …}`' });
  }
  const program = findProgram(robe.program, deps.environment['PATH'], paths.house);
  if (program === null) {
    throw new UserError(`there is no program ${robe.program}`, {
      file: paths.settings,
      hint: 'install OpenClaw, or name its path as robe.program',
    });
  }
  prepareRobe(paths);
  const request = { what: 'start the robe', clock: deps.clock };
  const lock = await acquireLock(join(paths.robe, '.start'), request);
  if (!('release' in lock)) {
    throw new UserError('somebody else is just starting it', { exitCode: EXIT.busy });
  }
  try {
    const living = robeProcess(paths);
    if (living !== null) return living.identity.pid;
    const log = robeLog(paths);
    const { identity } = await spawnDetached({
      ...openclawCommand(paths, program, robe.port, deps.environment),
      ...{ cwd: paths.robe, stdoutPath: log, stderrPath: log, background: true },
    });
    writeGatewayRecord(robeRecord(paths), { identity, startedAt: deps.clock.now() });
    return identity.pid;
  } finally {
    lock.release();
  }
}

const robeLog = ({ logs }: House['paths']): string => join(logs, 'robe.log');

/** End the gateway that we started, and no other; false where none runs. */
export async function stopOpenClaw({ paths, settings }: House, deps: StopDeps): Promise<boolean> {
  const living = robeProcess(paths);
  if (living === null) {
    const listeners = settings.robe === undefined ? [] : listenersOf(settings.robe.port);
    const other = listeners.find(({ pid }) => isRobe(pid, paths, null));
    if (other === undefined) return false;
    throw new UserError(`expected a robe that Robed started, found process ${other.pid}`, {
      hint: 'whoever started it ends it: its service, or the terminal that it runs in',
    });
  }
  const left = await endGroup(living.identity, { graceMs: GRACE, sleep: deps.sleep });
  if (left.length === 0) return true;
  throw new UserError(`process ${left.join(', ')} could not be ended`);
}
