#!/usr/bin/env -S npx tsx
import { main } from '../lib/cli/main.ts';

process.exitCode = await main(['crontab', ...process.argv.slice(2)]);
