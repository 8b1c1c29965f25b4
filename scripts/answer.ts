#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

process.exitCode = await main(['answer', ...process.argv.slice(2)]);
