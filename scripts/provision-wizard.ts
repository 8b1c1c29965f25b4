#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

// `robed provision`, under the name that the founding documents call it by.
process.exitCode = await main(['provision', ...process.argv.slice(2)]);
