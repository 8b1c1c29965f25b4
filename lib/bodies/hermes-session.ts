import { asObject, asText, type JsonObject } from '../core/untrusted.ts';
import { askHermes, type HermesApi } from '../houses/hermes-api.ts';
import { PATIENCE } from './hermes-runs-api.ts';

/** What Hermes 0.19.0 asks its model for once the turns of config.yaml are used up. */
const OUT_OF_TURNS = /^You've reached the maximum number of tool-calling iterations/;

/**
 * What the session of a run tells beside its answer: the usage, in the words of a usage file, and
 * whether the answer is whole. A run is `completed` also where its answer was cut off at the model's
 * limit, or its turns were used up (seen with 0.19.0); null where nothing says so.
 */
export async function readHermesSession(
  api: HermesApi,
  session: string,
  counted: JsonObject,
): Promise<{ usage: JsonObject; cut: string | null }> {
  const path = `/api/sessions/${encodeURIComponent(session)}`;
  const [about, said] = await Promise.all([
    askHermes(api, path, { timeoutMs: PATIENCE }),
    askHermes(api, `${path}/messages`, { timeoutMs: PATIENCE }),
  ]);
  const record = ('data' in about ? asObject(about.data?.['session']) : null) ?? {};
  const messages = 'data' in said ? said.data?.['data'] : null;
  return {
    usage: usageOf(record, counted, session),
    cut: whyCut(Array.isArray(messages) ? messages.map(asObject) : []),
  };
}

function usageOf(record: JsonObject, counted: JsonObject, session: string): JsonObject {
  return {
    inputTokens: counted['input_tokens'] || record['input_tokens'],
    outputTokens: counted['output_tokens'] || record['output_tokens'],
    cost: record['actual_cost_usd'] ?? record['estimated_cost_usd'],
    turns: record['api_call_count'],
    model: record['model'],
    session,
  };
}

/** Pure. */
export function whyCut(messages: readonly (JsonObject | null)[]): string | null {
  const last = messages.findLast((message) => message?.['role'] === 'assistant');
  if (last?.['finish_reason'] === 'length') {
    return 'Hermes stopped before it was done: the answer was cut off at the model’s limit';
  }
  const told = messages.some(
    (message) => message?.['role'] === 'user' && OUT_OF_TURNS.test(asText(message['content'])),
  );
  return told ? 'Hermes stopped before it was done: its turns were used up' : null;
}
