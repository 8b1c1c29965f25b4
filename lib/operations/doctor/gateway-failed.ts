import { join } from 'node:path';
import { readPlain } from '../../platform/plain-file.ts';
import { type HouseCheck, hasGateway, type Patient } from './patient.ts';
import { quoted } from './words.ts';

const STATE_BYTES = 64 * 1024;
const LOG_BYTES = 16 * 1024 * 1024;

/** The founding pattern's second trouble. The file proves nothing good; a failure it can tell. */
export const gatewayFailed: HouseCheck = {
  of: 'house',
  name: 'gateway-failed',
  levels: ['fail'],
  finds:
    'a gateway whose last start failed, by its own word (`gateway_state.json`), with its last lines',
  fine: 'no failed start of the gateway is told',
  look(patient) {
    if (!hasGateway(patient)) return [];
    const state = readState(patient);
    if (state['gateway_state'] !== 'startup_failed') return [];
    const log = join(patient.paths.home, 'logs', 'gateway.log');
    const last = lastLines(log);
    const reason = String(state['exit_reason'] ?? 'it gave no reason');
    return [
      {
        level: 'fail',
        message: `its gateway failed to start: ${reason}${last.length > 0 ? `. Its log ends: ${last.join(' | ')}` : ''}`,
        fix: `tail -50 ${quoted(log)}   (mend what it says, then robed gateway start --wizard ${patient.name})`,
      },
    ];
  },
};

function readState({ paths }: Patient): Record<string, unknown> {
  try {
    const text = readPlain(join(paths.home, 'gateway_state.json'), STATE_BYTES)?.toString('utf8');
    return Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function lastLines(path: string): string[] {
  const text = readPlain(path, LOG_BYTES)?.toString('utf8') ?? '';
  return text
    .trimEnd()
    .split('\n')
    .slice(-3)
    .map((line) => line.trim().slice(0, 200))
    .filter(Boolean);
}
