import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type HouseCheck, hasGateway } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { edit, quoted, shown } from './words.ts';

/** Hermes gives up on a model that takes less. */
const CONTEXT = 64_000;

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;

export const hermesConfig: HouseCheck = {
  of: 'house',
  name: 'hermes-config',
  levels: ['fail', 'warn'],
  finds:
    '`config.yaml` that is no YAML, gives the model a context under 64,000, has no api_server for the gateway, another port than house.yaml, an address that others reach, or a `terminal.cwd` that is not the workspace',
  fine: 'config.yaml fits house.yaml and what Hermes needs',
  look(patient, household) {
    const { paths, config, house } = patient;
    if (!existsSync(paths.config)) return [];
    const file = shown(household, paths.config);
    if (config === null) {
      return [
        {
          level: 'fail',
          message: `${file} can’t be read as YAML: Hermes goes by its defaults, ports too`,
          fix: edit(paths.config),
        },
      ];
    }
    const troubles: Trouble[] = [];
    const add = (level: Trouble['level'], message: string, what: string) =>
      troubles.push({
        level,
        message: `${file}: ${message}`,
        fix: `${edit(paths.config)}   (${what})`,
      });
    const { contextLength, port, host, enabled, cwd } = config;
    if (cwd !== null && isAbsolute(cwd) && !isSameFolder(cwd, paths.workspace)) {
      add(
        'warn',
        `terminal.cwd is ${cwd}: the gateway works there, and not in this house’s workspace`,
        `terminal: {cwd: ${paths.workspace}}`,
      );
    }
    if (contextLength !== null && contextLength < CONTEXT) {
      add(
        'fail',
        `context_length is ${contextLength}, and Hermes works with ${CONTEXT} or more`,
        'model.context_length: 65536, and a model that has it',
      );
    }
    const wanted = house?.settings.gateway?.port;
    if (wanted !== undefined && !enabled) {
      add(
        'fail',
        'api_server is not enabled, and house.yaml names a gateway: it would serve no API',
        `platforms: {api_server: {enabled: true, extra: {host: 127.0.0.1, port: ${wanted}}}}`,
      );
    } else if (wanted !== undefined && port !== null && port !== wanted) {
      add(
        'fail',
        `api_server is on port ${port}, house.yaml looks for it on ${wanted}: it is never found`,
        `one port in both; gateway.port stands in ${shown(household, paths.settings)}`,
      );
    }
    if (enabled && host !== null && !LOOPBACK.test(host)) {
      add(
        'warn',
        `api_server listens on ${host}: whoever reaches this machine, and has the key, commands its shell`,
        'host: 127.0.0.1',
      );
    }
    return troubles;
  },
};

/** Hermes has a board of its own, and works it off: two queues would fight over one wizard. */
export const kanban: HouseCheck = {
  of: 'house',
  name: 'kanban',
  levels: ['warn'],
  finds: 'a gateway whose own kanban dispatcher is not switched off: two queues that fight',
  fine: 'Hermes’ own board does not dispatch beside the queue',
  look(patient, household) {
    const { config, paths } = patient;
    if (config === null || config.kanbanDispatch === false) return [];
    if (config.kanbanDispatch === null && !hasGateway(patient)) return [];
    return [
      {
        level: 'warn',
        message: `${shown(household, paths.config)} lets Hermes’ own board dispatch too: two queues fight over this wizard, and its limit of runs means nothing`,
        fix: `add to ${quoted(paths.config)}:  kanban: {dispatch_in_gateway: false}`,
      },
    ];
  },
};

/** Whatever the names. One that does not exist is no folder of ours. */
function isSameFolder(said: string, ours: string): boolean {
  if (!existsSync(said) || !existsSync(ours)) return said === ours;
  return realpathSync(said) === realpathSync(ours);
}
