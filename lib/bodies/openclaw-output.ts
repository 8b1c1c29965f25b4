import { asObject, asText, type JsonObject, parseObject } from '../core/untrusted.ts';
import type { Ended } from './body.ts';
import { lastLine, plainText, readOutput, readTail } from './output.ts';
import { readUsage } from './usage.ts';
import type { Said } from './verdict.ts';

/**
 * The one JSON document of `agent exec --json` (`{ok, status, final, payloads, usage, model,
 * sessionId}`) or of `agent --json`, which has payloads and `meta.agentMeta` below `result`.
 */
export function readOpenclaw(ended: Ended): Said {
  const printed = readTail(ended.stdout).bytes.toString('utf8');
  const document = parseObject(printed);
  if (document === null) {
    // An exit code says more than a missing document.
    const problem = 'printed no JSON document';
    return { text: readOutput(ended.stdout), ...(ended.exitCode === 0 ? { problem } : {}) };
  }
  const result = asObject(document['result']) ?? document;
  const meta = asObject(asObject(result['meta'])?.['agentMeta']) ?? document;
  const counts = asObject(meta['usage']);
  const usage = readUsage({
    inputTokens: counts?.['input'],
    outputTokens: counts?.['output'],
    cost: asObject(counts?.['cost'])?.['total'] ?? counts?.['cost'],
    turns: document['assistantTurns'],
    model: meta['model'],
    session: meta['sessionId'],
  });
  const text = plainText(asText(document['final']) || payloadText(result)).trim();
  return { text, usage, ...problemOf(document, text) };
}

function payloadText(result: JsonObject): string {
  const payloads: unknown[] = Array.isArray(result['payloads']) ? result['payloads'] : [];
  return payloads.map((payload) => asText(asObject(payload)?.['text'])).join('\n\n');
}

/** What 2026.9.6 adds to half an answer, with status ok. */
const CUT_SHORT = /^⚠️ Reply truncated at the model/m;

function problemOf(document: JsonObject, text: string): Pick<Said, 'problem'> {
  const { ok, status, error } = document;
  if (CUT_SHORT.test(text)) return { problem: "the answer was cut off at the model's token limit" };
  if (ok !== false && status === 'ok') return {};
  const because = plainText(asText(error) || asText(asObject(error)?.['message']) || text);
  return { problem: `OpenClaw reports ${asText(status) || 'no status'}: ${lastLine(because)}` };
}
