import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../lib/core/clock.ts';
import { packageRoot } from '../../../lib/core/package-root.ts';
import { changeBringUp } from '../../../lib/operations/bring-up-store.ts';
import type { Half } from '../../../lib/operations/gateways.ts';
import { type BringUp, failed, starting } from '../../../lib/operations/plan-bring-up.ts';
import { freePort } from '../../support/free-port.ts';
import { task } from '../../support/household.ts';
import { append, ezra, type Fault, inDatabase } from './fault.ts';
import { configYaml, houseYaml, QUEUE } from './household.ts';

/** Of a house and of its copy alike. */
const KEY = 'one-key-for-both'.padEnd(32, '0');

function failTwice(path: string, half: Half, clock: Clock): BringUp {
  const first = failed(null, 'no key', clock.now() - 3 * 3_600_000);
  const second = failed(first, 'no key', clock.now());
  inDatabase(path, (db) => changeBringUp(db, half, null, second, clock.now()));
  return second;
}

/** The four troubles of the founding document. */
export const FOUNDING_FAULTS: Fault[] = [
  {
    fault: 'two gateways on one port',
    plant: ({ write }) => {
      write(`${ezra}/house.yaml`, houseYaml('allegro'));
      write(`${ezra}/home/config.yaml`, configYaml('allegro'));
    },
    finds: ['fail - ports'],
    says: /port 28742 is meant for allegro \(its gateway\) and ezra \(its gateway\)/,
  },
  {
    fault: 'a robe on the port of another house’s gateway',
    plant: ({ write }) =>
      write(`${ezra}/house.yaml`, houseYaml('ezra', 'robe: {port: 28742, program: /bin/true}\n')),
    finds: ['fail - ports'],
    says: /28742 .*ezra \(its robe\)/,
  },
  {
    fault: '8644, the default of Hermes’ webhooks',
    plant: ({ write }) => {
      write(`${ezra}/house.yaml`, houseYaml('ezra').replace('28743', '8644'));
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('28743', '8644'));
    },
    finds: ['warn ezra ports'],
    says: /8644, which is Hermes’ webhooks/,
  },
  {
    fault: 'two robes less than 120 apart',
    plant: ({ write }) => {
      for (const [name, port] of [
        ['allegro', 28_800],
        ['ezra', 28_850],
      ] as const) {
        const robe = `robe: {port: ${port}, program: /bin/true}\n`;
        write(`wizards/${name}/house.yaml`, houseYaml(name, robe));
      }
    },
    finds: ['warn - ports'],
    says: /50 apart/,
  },
  {
    fault: 'somebody else on the port',
    // Not on the port of the other tests' houses: some of those are looked at meanwhile.
    plant: async ({ write }) => {
      const server = createServer((socket) => socket.end('HTTP/1.0 404 no\r\n\r\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      write(`${ezra}/house.yaml`, houseYaml('ezra').replace('28743', `${port}`));
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('28743', `${port}`));
    },
    finds: ['fail ezra gateways'],
    says: /port \d+ is taken/,
  },
  {
    fault: 'a copy, the gateway of the original on its port',
    plant: async ({ write, root }) => {
      const port = await freePort();
      const original = write('original/home/script.json', JSON.stringify({ key: KEY, states: [] }));
      const home = dirname(original);
      const gateway = join(packageRoot(), 'tests', 'bodies', 'fakes', 'gateway.ts');
      const log = join(root, 'requests');
      const child = spawn(process.execPath, [gateway, original, log, `${port}`], {
        env: { HERMES_HOME: home },
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      copyFileSync(join(home, 'gateway.lock'), join(root, ezra, 'home', 'gateway.lock'));
      write(`${ezra}/home/.env`, `API_SERVER_KEY=${KEY}\n`);
      write(`${ezra}/house.yaml`, houseYaml('ezra').replace('28743', `${port}`));
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('28743', `${port}`));
    },
    finds: ['fail ezra gateways'],
    says: /port \d+ is taken by another home's Hermes, process \d+ \(.+\) of \/.+\/original\/home$/,
  },
  {
    fault: 'no key',
    plant: ({ write }) => write(`${ezra}/home/.env`, '# none yet\n'),
    finds: ['fail ezra gateway-key'],
    says: /there is no API_SERVER_KEY/,
  },
  {
    fault: 'a short key',
    plant: ({ write }) => write(`${ezra}/home/.env`, 'API_SERVER_KEY=secret\n'),
    finds: ['fail ezra gateway-key'],
    says: /has 6 characters, and must have 16/,
  },
  {
    fault: 'a placeholder for a key',
    plant: ({ write }) => write(`${ezra}/home/.env`, 'API_SERVER_KEY=changeme1234567890123\n'),
    finds: ['fail ezra gateway-key'],
    says: /placeholder/,
  },
  {
    fault: 'no start script',
    plant: ({ paths }) => unlinkSync(paths('ezra').startGateway),
    finds: ['fail ezra start-script'],
    says: /start-gateway.sh is missing/,
  },
  {
    fault: 'a start script that is not executable',
    plant: ({ paths }) => chmodSync(paths('ezra').startGateway, 0o600),
    finds: ['fail ezra start-script'],
    says: /not executable/,
  },
  {
    fault: 'a link to a codebase that is gone',
    plant: ({ paths }) => symlinkSync('/nowhere/hermes-agent', paths('ezra').codebase),
    finds: ['fail ezra hermes'],
    says: /link to \/nowhere\/hermes-agent/,
  },
  {
    fault: 'no Hermes at all',
    plant: ({ root, environment }) => {
      rmSync(join(root, 'hermes-agent'), { recursive: true });
      environment['PATH'] = `${join(root, 'programs')}:/usr/bin:/bin`;
    },
    finds: ['fail allegro hermes', 'fail ezra hermes'],
    says: /no Hermes is found, neither in wizards\/ezra\/hermes-agent nor in hermes-agent nor on the PATH/,
  },
  {
    fault: 'a Hermes without aiohttp',
    plant: ({ root }) =>
      renameSync(
        join(root, 'hermes-agent/venv/lib/python3.11/site-packages/aiohttp'),
        join(root, 'hermes-agent/venv/lib/python3.11/site-packages/attrs'),
      ),
    finds: ['fail allegro hermes', 'fail ezra hermes'],
    says: /aiohttp/,
  },
  {
    fault: 'a failed start, by its own word',
    plant: ({ write }) => {
      const state = { gateway_state: 'startup_failed', exit_reason: 'Port 28743 already in use' };
      write(`${ezra}/home/gateway_state.json`, JSON.stringify(state));
      write(`${ezra}/home/logs/gateway.log`, 'one\ntwo\nOSError: in use\n');
    },
    finds: ['fail ezra gateway-failed'],
    says: /Port 28743 already in use.*one \| two \| OSError: in use/,
  },
  {
    fault: 'a gateway that dispatch could not bring up',
    plant: ({ paths, clock }) => failTwice(paths('ezra').database, 'body', clock),
    finds: ['fail ezra gateways'],
    says: /^the body's gateway could not be brought up \(2 attempts, the first 3h ago\): no key; it is tried again in 2m$/,
  },
  {
    fault: 'a robe that dispatch could not bring up, and tries again just now',
    plant: ({ paths, clock, write, program }) => {
      const robe = `robe: {port: 28999, program: ${program('openclaw', 'exit 1')}}\n`;
      write(`${ezra}/house.yaml`, houseYaml('ezra', robe));
      const known = failTwice(paths('ezra').database, 'robe', clock);
      const start = starting(known, { since: clock.now(), pid: 7, logged: 0 });
      inDatabase(paths('ezra').database, (db) =>
        changeBringUp(db, 'robe', known, start, clock.now()),
      );
    },
    finds: ['fail ezra gateways'],
    says: /^the robe could not be brought up \(2 attempts, the first 3h ago\): no key; it is being tried again$/,
  },
  {
    fault: 'a queue that is not adopted',
    plant: ({ write }) => write(`${ezra}/house.yaml`, houseYaml('ezra').replace('true', 'false')),
    finds: ['warn ezra dispatch'],
    says: /1 task waits in a queue that is not adopted/,
  },
  {
    fault: 'a paused house',
    plant: ({ write }) => write(`${ezra}/house.yaml`, houseYaml('ezra', 'paused: true\n')),
    finds: ['warn ezra dispatch'],
    says: /paused/,
  },
  {
    fault: 'a queue that says it is generated',
    plant: async ({ write, tick }) => {
      write(`${ezra}/home/WORK-QUEUE.md`, `---\ngenerated: true\n---\n${QUEUE}`);
      await tick('ezra');
    },
    finds: ['fail ezra dispatch', 'warn ezra queue'],
    says: /generated/,
  },
  {
    fault: 'a queue whose tasks all wait for one that is not there',
    plant: async ({ write, tick }) => {
      write(`${ezra}/home/WORK-QUEUE.md`, task('T-1', 'echo', ['Depends on: T-9']));
      await tick('ezra');
    },
    finds: ['warn ezra dispatch'],
    says: /none of the 1 waiting task can run. T-1: it depends on T-9/,
  },
  {
    fault: 'a task that no body can do',
    plant: async ({ write, tick }) => {
      write(
        `${ezra}/home/WORK-QUEUE.md`,
        '### T-2: Think\n- **Status:** PENDING\n\nOf something.\n',
      );
      await tick('ezra');
    },
    finds: ['fail ezra dispatch'],
    says: /T-2 is next, and can’t be done: no body/,
  },
  {
    fault: 'one home for two houses',
    plant: ({ paths }) => {
      rmSync(paths('ezra').home, { recursive: true });
      symlinkSync(paths('allegro').home, paths('ezra').home);
    },
    finds: [
      'fail - keys-shared',
      'fail - memory-shared',
      'fail - ports',
      'fail ezra hermes-config',
    ],
    says: /allegro and ezra share wizards\/allegro\/home/,
  },
  {
    fault: 'one memory file for two houses',
    plant: ({ write, paths }) => {
      const memory = write('wizards/allegro/home/memories/MEMORY.md', 'I am Allegro.\n');
      mkdirSync(join(paths('ezra').home, 'memories'));
      linkSync(memory, join(paths('ezra').home, 'memories/MEMORY.md'));
    },
    finds: ['fail - memory-shared'],
    says: /MEMORY.md/,
  },
  {
    fault: 'the default profile as a home',
    plant: ({ paths, machine, root }) => {
      renameSync(paths('ezra').home, join(root, '.hermes'));
      symlinkSync(join(root, '.hermes'), paths('ezra').home);
      machine.defaultHome = join(root, '.hermes');
    },
    finds: ['fail ezra memory-shared'],
    says: /default profile/,
  },
  {
    fault: 'a start script with the home of another house',
    plant: ({ write, paths }) =>
      write(
        `${ezra}/start-gateway.sh`,
        `#!/bin/sh\nexport HERMES_HOME="${paths('allegro').home}"\nhermes gateway run\n`,
        0o700,
      ),
    finds: ['fail - memory-shared', 'fail ezra hermes-home'],
    says: /the home of allegro/,
  },
  {
    fault: 'a start script without HERMES_HOME',
    plant: ({ write }) =>
      write(`${ezra}/start-gateway.sh`, '#!/bin/sh\n# HERMES_HOME=x\nhermes gateway run\n', 0o700),
    finds: ['fail ezra hermes-home'],
    says: /sets no HERMES_HOME/,
  },
  {
    fault: 'HERMES_HOME in .env',
    plant: ({ paths }) => append(paths('ezra').env, 'HERMES_HOME=~/.hermes\n'),
    finds: ['fail ezra hermes-home'],
    says: /\.env sets HERMES_HOME to .*\.hermes/,
  },
];
