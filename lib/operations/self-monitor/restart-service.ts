import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { safeName } from '../../core/names.ts';
import type { ServiceSettings } from '../../houses/household-settings.ts';
import { ensureDirectory, rename } from '../../platform/files.ts';
import { type Spawned, spawnDetached } from '../../platform/process.ts';
import { endGroup } from '../../platform/process-group.ts';
import { findProgram } from '../../platform/program.ts';
import { scrubbedEnvironment } from '../../platform/scrubbed-environment.ts';
import { probeService, type ServiceSight } from './probe-service.ts';

export interface MonitorMeans {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  sleep: (ms: number) => Promise<unknown>;
}

/** Milliseconds between two looks at what was started. */
const LOOK_MS = 250;

/** For what was started in vain to end by itself. */
const GRACE_MS = 2000;

/** Where cron's own PATH does not reach. */
const MORE_FOLDERS = ':/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** A log that is larger is put aside at the next start. */
const LOG_BYTES = 5 * 1024 * 1024;

/**
 * Start a service by the command that robed.yaml has for it, and wait until it is up, the command
 * failed, or its patience is over. The command may start it and end (systemctl, docker), or be the
 * service itself: it has a session of its own and outlives us. What neither ended nor came up is
 * ended with all that it started. Output goes to logs/services/<name>.log.
 */
export async function restartService(
  root: string,
  name: string,
  service: ServiceSettings & { restart: [string, ...string[]] },
  { clock, environment, sleep }: MonitorMeans,
): Promise<ServiceSight> {
  const started = await start(root, name, service.restart, environment);
  if ('up' in started) return started;
  const end = clock.monotonic() + service.patience;
  let exit: number | 'signal' | null = null;
  void started.exited.then(({ exitCode }) => {
    exit = exitCode ?? 'signal';
  });
  const ended = (): number | 'signal' | null => exit;
  for (;;) {
    const sight = await probeService(service);
    if (sight.up) return sight;
    const code = ended();
    if (code !== null && code !== 0) {
      return { up: false, detail: `its restart command failed (exit ${code})` };
    }
    if (clock.monotonic() >= end) {
      if (code === 0) return sight;
      await endGroup(started.identity, { graceMs: GRACE_MS, sleep });
      return { up: false, detail: `${sight.detail}; its restart command took too long` };
    }
    await sleep(LOOK_MS);
  }
}

async function start(
  root: string,
  name: string,
  [program, ...rest]: [string, ...string[]],
  environment: NodeJS.ProcessEnv,
): Promise<Spawned | ServiceSight> {
  const env = scrubbedEnvironment(environment);
  const found = findProgram(program, `${env['PATH']}${MORE_FOLDERS}`, root);
  if (found === null) return { up: false, detail: `its restart command ${program} is not there` };
  const log = openLog(root, name);
  try {
    return await spawnDetached({
      argv: [found, ...rest],
      cwd: root,
      env,
      stdoutPath: log,
      stderrPath: log,
      background: true,
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { up: false, detail: `its restart command ${program} does not start (${code})` };
  }
}

function openLog(root: string, name: string): string {
  const folder = join(root, 'logs', 'services');
  ensureDirectory(folder, 0o700);
  const path = join(folder, `${safeName(name)}.log`);
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (size > LOG_BYTES) rename(path, `${path}.1`);
  return path;
}
