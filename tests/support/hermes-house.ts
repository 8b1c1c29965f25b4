import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { stopHermesGateway } from '../../lib/houses/hermes-gateway.ts';
import type { StopDeps } from '../../lib/houses/house-state.ts';
import { type House, loadHouse } from '../../lib/houses/household.ts';
import {
  configText,
  envText,
  type HouseDesign,
  startText,
} from '../../lib/houses/provision-texts.ts';
import { type TestHouse, testHouse } from './household.ts';

/** What the real parts of the world are for a gateway. */
export const gatewayDeps = (root: string): StopDeps => ({
  clock: systemClock,
  environment: { PATH: '/usr/bin:/bin', HOME: root },
  sleep,
});

export interface HermesHouse extends TestHouse {
  house: House;
  key: string;
  port: number;
}

/**
 * A house with a Hermes gateway, its files as `robed provision` writes them; whatever runs in it is
 * ended with the test. `program`: absolute path of the real `hermes`.
 */
export async function hermesHouse(
  name: string,
  {
    root,
    port,
    program,
    model,
    queue = '# Queue\n',
    settings = '',
    config = '',
    yolo = true,
  }: {
    root?: string;
    port: number;
    program: string;
    /** The base URL of the model server. */
    model: string;
    queue?: string;
    /** More of house.yaml, and of config.yaml. */
    settings?: string;
    config?: string;
    yolo?: boolean;
  },
): Promise<HermesHouse> {
  const lines = [
    'queue: {adopted: true}',
    'backoff: 50ms',
    `gateway: {port: ${port}}`,
    `bodies: {allow: [hermes], hermes: {program: ${program}, yolo: ${yolo}}}`,
    settings,
  ];
  const made = testHouse(queue, {
    settings: `${lines.join('\n')}\n`,
    name,
    ...(root === undefined ? {} : { root }),
  });
  const { paths } = made;
  const design: HouseDesign = {
    wizard: name,
    root: made.root,
    paths,
    role: '',
    father: null,
    model: 'scripted',
    provider: 'custom',
    baseUrl: model,
    modelKey: false,
    body: 'hermes',
    port,
    robe: null,
    schedule: {},
    ownQueue: true,
    shared: program.replace(/\/bin\/hermes$/, ''),
  };
  const key = `key-of-${name}-0123456789abcdef`;
  // Its titles would take answers out of a script.
  const quiet = 'auxiliary: {title_generation: {enabled: false}}\n';
  mkdirSync(paths.workspace, { recursive: true });
  writeFileSync(paths.config, `${configText(design)}${quiet}${config}`);
  writeFileSync(paths.env, envText(design, { api: key, model: null }), { mode: 0o600 });
  writeFileSync(paths.startGateway, startText(design));
  chmodSync(paths.startGateway, 0o755);
  const house = await loadHouse(made.root, name);
  onTestFinished(async () => {
    await stopHermesGateway(house, gatewayDeps(made.root));
  });
  return { ...made, house, key, port };
}
