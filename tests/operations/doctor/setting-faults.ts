import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordEvent } from '../../../lib/records/event-store.ts';
import { append, ezra, type Fault, inDatabase, withCommand, withModelKey } from './fault.ts';
import { configYaml } from './household.ts';

/** Permissions, keys, Hermes' config, the environment, the machine. */
export const SETTING_FAULTS: Fault[] = [
  {
    fault: 'a home that others can enter',
    plant: ({ paths }) => chmodSync(paths('ezra').home, 0o755),
    finds: ['fail ezra permissions'],
    says: /wizards\/ezra\/home is 0755/,
  },
  {
    fault: 'a repository that others can enter',
    plant: ({ paths }) => chmodSync(join(paths('ezra').house, '.git'), 0o755),
    finds: ['fail ezra permissions'],
    says: /wizards\/ezra\/\.git is 0755/,
  },
  {
    fault: 'secrets that others can read',
    plant: ({ paths }) => chmodSync(paths('ezra').env, 0o644),
    finds: ['fail ezra permissions'],
    says: /\.env is 0644/,
  },
  {
    fault: 'a file of a body’s key that others can read',
    plant: ({ write }) => {
      write(`${ezra}/key`, 'sesame', 0o640);
      write(`${ezra}/house.yaml`, withModelKey('file: key'));
    },
    finds: ['fail ezra permissions'],
    says: /ezra\/key is 0640/,
  },
  {
    fault: 'a file of the household’s token that others can read',
    plant: ({ write }) => {
      write('token', '1:a', 0o644);
      write(
        'robed.yaml',
        'monitor: {disk: 0, memory: 0}\nalerts: {to: [{telegram: {chat: 1, token: {file: token}}}]}\n',
      );
    },
    finds: ['fail - household-permissions'],
    says: /token is 0644/,
  },
  {
    fault: 'a key’s file that is not there',
    plant: ({ write }) => write(`${ezra}/house.yaml`, withModelKey('file: key')),
    finds: ['fail ezra secrets'],
    says: /bodies\.model\.key is the file wizards\/ezra\/key, which is not there/,
  },
  {
    fault: 'a key’s variable that is not set',
    plant: ({ write }) => write(`${ezra}/house.yaml`, withModelKey('env: NO_SUCH_KEY')),
    finds: ['fail ezra secrets'],
    says: /variable NO_SUCH_KEY, which is not set/,
  },
  {
    fault: 'a token of the household that is not there',
    plant: ({ write }) =>
      write(
        'robed.yaml',
        'monitor: {disk: 0, memory: 0}\nalerts: {to: [{telegram: {chat: 1, token: {file: token}}}]}\n',
      ),
    finds: ['fail - household-secrets'],
    says: /token, which is not there: no alert reaches you/,
  },
  {
    fault: 'one API key in two houses',
    plant: ({ write }) =>
      write(`${ezra}/home/.env`, `API_SERVER_KEY=${'key-of-allegro'.padEnd(32, '0')}\n`),
    finds: ['fail - keys-shared'],
    says: /same API_SERVER_KEY/,
  },
  {
    fault: 'one Telegram token in two houses',
    plant: ({ paths }) => {
      for (const name of ['allegro', 'ezra']) append(paths(name).env, 'TELEGRAM_BOT_TOKEN=1:abc\n');
    },
    finds: ['fail - telegram-token'],
    says: /409/,
  },
  {
    fault: 'a context that Hermes does not take',
    plant: ({ write }) =>
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('65536', '32768')),
    finds: ['fail ezra hermes-config'],
    says: /context_length is 32768/,
  },
  {
    fault: 'a config.yaml that is no YAML',
    plant: ({ write }) => write(`${ezra}/home/config.yaml`, 'model: [\n'),
    finds: ['fail ezra hermes-config'],
    says: /can’t be read as YAML/,
  },
  {
    fault: 'another port in config.yaml than in house.yaml',
    plant: ({ write }) =>
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('28743', '28744')),
    finds: ['fail ezra hermes-config'],
    says: /on port 28744, house.yaml looks for it on 28743/,
  },
  {
    fault: 'an API that others reach',
    plant: ({ write }) =>
      write(`${ezra}/home/config.yaml`, configYaml('ezra').replace('127.0.0.1', '0.0.0.0')),
    finds: ['warn ezra hermes-config'],
    says: /0\.0\.0\.0/,
  },
  {
    fault: 'a household that was moved, whose tools still work where it was',
    plant: ({ write }) =>
      write(
        `${ezra}/home/config.yaml`,
        `${configYaml('ezra')}terminal: {cwd: /srv/before/wizards/ezra/workspace}\n`,
      ),
    finds: ['warn ezra hermes-config'],
    says: /terminal\.cwd is \/srv\/before/,
  },
  {
    fault: 'Hermes’ own board dispatching beside the queue',
    plant: ({ write }) => write(`${ezra}/home/config.yaml`, configYaml('ezra', '')),
    finds: ['warn ezra kanban'],
    says: /two queues fight/,
  },
  {
    fault: 'an override in .env',
    plant: ({ paths }) => append(paths('ezra').env, 'API_SERVER_PORT=28743\n'),
    finds: ['warn ezra env-overrides'],
    says: /API_SERVER_PORT=28743/,
  },
  {
    fault: '.env saved with a byte order mark',
    plant: ({ write, paths }) =>
      write(`${ezra}/home/.env`, `\ufeff${readFileSync(paths('ezra').env, 'utf8')}`),
    finds: ['fail ezra env-file'],
    says: /byte order mark.*API_SERVER_KEY is not set/,
  },
  {
    fault: 'an override in the environment',
    plant: ({ environment }) => {
      environment['API_SERVER_PORT'] = '8642';
    },
    finds: ['warn - environment'],
    says: /API_SERVER_PORT/,
  },
  {
    fault: 'a program that cron does not find',
    plant: ({ program, write }) => {
      program('mytool', 'true');
      write(`${ezra}/house.yaml`, withCommand('mytool'));
    },
    finds: ['warn ezra cron-path'],
    says: /mytool: you have it at .*programs\/mytool, cron does not/,
  },
  {
    fault: 'a program that nobody finds',
    plant: ({ write }) => write(`${ezra}/house.yaml`, withCommand('no-such-tool')),
    finds: ['fail ezra cron-path'],
    says: /no such program/,
  },
  {
    fault: 'no git',
    plant: ({ environment, root }) => {
      environment['PATH'] = join(root, 'programs');
    },
    finds: ['warn - git'],
    says: /there is no git/,
  },
  {
    fault: 'an old Node',
    plant: ({ machine }) => {
      machine.node = '20.19.0';
    },
    finds: ['fail - node'],
    says: /Node 20\.19\.0/,
  },
  {
    fault: 'a clock that starts at the epoch',
    plant: ({ clock }) => clock.advance(-clock.now()),
    finds: ['fail - clock'],
    says: /1970/,
  },
  {
    fault: 'an event from the future',
    plant: ({ paths, clock }) =>
      inDatabase(paths('ezra').database, (db) =>
        recordEvent(db, clock.now() + 3_600_000, { type: 'system.info' }),
      ),
    finds: ['fail ezra clock'],
    says: /the clock jumped/,
  },
  {
    fault: 'a clock that nobody keeps in step',
    plant: ({ program }) => program('timedatectl', 'echo no'),
    finds: ['warn - clock'],
    says: /NTP/,
  },
  {
    fault: 'a disk with less room than asked for',
    plant: ({ write }) => write('robed.yaml', 'monitor: {disk: 100, memory: 0}\n'),
    finds: ['warn - disk', 'warn - disk'],
    says: /free, .* and 100 % must be/,
  },
  {
    fault: 'less memory than asked for',
    plant: ({ write }) => write('robed.yaml', 'monitor: {disk: 0, memory: 100}\n'),
    finds: ['warn - memory'],
    says: /of memory free/,
  },
];
