import { asAmount, asText } from '../core/untrusted.ts';
import type { Usage } from './body.ts';
import { plainText } from './output.ts';

/** A usage out of untrusted values; what can't be told is left out. */
export function readUsage(said: { [Key in keyof Usage]?: unknown }): Usage {
  const usage: Usage = {};
  for (const key of ['inputTokens', 'outputTokens', 'cost', 'turns'] as const) {
    const amount = asAmount(said[key]);
    if (amount !== undefined) usage[key] = amount;
  }
  for (const key of ['model', 'session'] as const) {
    const name = plainText(asText(said[key])).slice(0, 200);
    if (name !== '') usage[key] = name;
  }
  return usage;
}
