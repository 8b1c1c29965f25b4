import { join } from 'node:path';
import type { BodiesContext } from '../bodies/registry.ts';
import { packageRoot } from '../core/package-root.ts';
import type { HouseContext } from './context.ts';

/** How Robed starts itself again: the Node that runs now, and the launcher, which caches what it compiles. */
export const selfCommand = (): [string, string] => [
  process.execPath,
  join(packageRoot(), 'scripts', 'robed.js'),
];

export function bodiesContext(context: HouseContext): BodiesContext {
  return {
    environment: context.environment,
    root: context.house.paths.house,
    self: selfCommand(),
    gatewayPort: context.house.settings.gateway?.port,
  };
}
