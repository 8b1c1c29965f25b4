// What `robed body-model FILE` is in the bundle.
import { runModelClient } from '../../../lib/bodies/model-client.ts';

process.exitCode = await runModelClient(process.argv.slice(3), process.env);
