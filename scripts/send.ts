#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

process.exitCode = await main(['send', ...process.argv.slice(2)]);
