#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

process.exitCode = await main(['inbox', ...process.argv.slice(2)]);
