// What `robed body-model FILE` and `robed body-hermes FILE` are in the bundle.
import { setTimeout as sleep } from 'node:timers/promises';
import { runHermesClient } from '../../../lib/bodies/hermes-runs-client.ts';
import { runModelClient } from '../../../lib/bodies/model-client.ts';

const [command, ...args] = process.argv.slice(2);
process.exitCode =
  command === 'body-hermes'
    ? await runHermesClient(args, {
        sleep,
        onStop: (stop) => process.on('SIGTERM', stop),
        write: (text) => process.stdout.write(text),
        log: (text) => process.stderr.write(text),
      })
    : await runModelClient(args, process.env);
