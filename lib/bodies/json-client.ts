import { type JsonObject, parseObject } from '../core/untrusted.ts';
import { type HttpFailure, requestText } from '../platform/http-client.ts';

export interface JsonResponse {
  status: number;
  /** The `Retry-After` header as a sentence's part: `20 s`, or a date. */
  retryAfter: string | null;
  /** null where the body is no JSON object. */
  data: JsonObject | null;
}

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * GET, or POST where there is a body. No time limit of its own, for a small machine's model may think
 * for an hour.
 */
export async function requestJson(
  url: URL,
  headers: Record<string, string>,
  body?: unknown,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<JsonResponse | HttpFailure> {
  const answer = await requestText(url, {
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs,
    maxBytes: MAX_BYTES,
  });
  if ('error' in answer) return answer;
  const after = answer.headers['retry-after'];
  return {
    status: answer.status,
    retryAfter: after === undefined ? null : /^\d+$/.test(after) ? `${after} s` : after,
    data: parseObject(answer.text),
  };
}
