#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

process.exitCode = await main(['doctor', ...process.argv.slice(2)]);
