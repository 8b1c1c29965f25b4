import { clock } from './clock.ts';
import { crontab } from './crontab.ts';
import { database, householdDatabase } from './database.ts';
import { dispatch } from './dispatch.ts';
import { envFile } from './env-file.ts';
import { environment, envOverrides } from './environment.ts';
import { family } from './family.ts';
import { filesystem } from './filesystem.ts';
import { folders } from './folders.ts';
import { gatewayFailed } from './gateway-failed.ts';
import { gatewayKey } from './gateway-key.ts';
import { gateways } from './gateways.ts';
import { heartbeat } from './heartbeat.ts';
import { hermes } from './hermes.ts';
import { hermesConfig, kanban } from './hermes-config.ts';
import { hermesHome } from './hermes-home.ts';
import { leftovers, locks } from './leftovers.ts';
import { disk, memory } from './machine.ts';
import { memoryShared } from './memory-shared.ts';
import type { Check } from './patient.ts';
import { householdPermissions, permissions } from './permissions.ts';
import { ports } from './ports.ts';
import { cronPath, gitProgram, node } from './programs.ts';
import { queue, siblings } from './queue.ts';
import { quarantine, reports } from './reports.ts';
import { repository } from './repository.ts';
import { conflicts, suspects } from './runs.ts';
import { householdSecrets, secrets } from './secrets.ts';
import { houseYaml, robedYaml } from './settings.ts';
import { sharedKeys, telegram } from './shared-secrets.ts';
import { startScript } from './start-script.ts';
import { ticks } from './ticks.ts';

/** Every check, the household's first, what others rest on before them. docs/doctor.md lists them. */
export const CHECKS: readonly Check[] = [
  robedYaml,
  family,
  ports,
  memoryShared,
  sharedKeys,
  telegram,
  householdPermissions,
  householdSecrets,
  householdDatabase,
  environment,
  node,
  gitProgram,
  clock,
  disk,
  memory,
  crontab,
  houseYaml,
  permissions,
  secrets,
  folders,
  filesystem,
  repository,
  database,
  queue,
  siblings,
  dispatch,
  ticks,
  suspects,
  conflicts,
  reports,
  quarantine,
  cronPath,
  hermesConfig,
  envFile,
  envOverrides,
  hermesHome,
  kanban,
  gatewayKey,
  startScript,
  hermes,
  gatewayFailed,
  gateways,
  heartbeat,
  leftovers,
  locks,
];
