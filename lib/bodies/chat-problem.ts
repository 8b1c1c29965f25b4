import { asObject, asText } from '../core/untrusted.ts';
import { type JsonResponse, requestJson } from './json-client.ts';
import { lastLine, plainText } from './output.ts';

/** What an HTTP status other than 200 means, and whether asking again could help. */
export function statusProblem(
  response: JsonResponse,
  model: string,
): { problem: string; retry: boolean } {
  const { status } = response;
  const error = response.data?.['error'];
  const said = lastLine(plainText(asText(asObject(error)?.['message']) || asText(error)), 300);
  const because = said === '' ? '' : ` (${said})`;
  if (status === 401 || status === 403) {
    return { problem: `it refused the key${because}`, retry: false };
  }
  if (status === 402) return { problem: `it wants to be paid${because}`, retry: false };
  if (status === 404) return { problem: `it knows no model ${model}${because}`, retry: false };
  if (status === 429) {
    const wait = response.retryAfter ? `, try again after ${response.retryAfter}` : '';
    return { problem: `too many requests${wait}${because}`, retry: true };
  }
  if (status >= 500 || status === 408) {
    return { problem: `the server failed${because}`, retry: true };
  }
  if (status >= 300 && status < 400) {
    return { problem: 'it redirects, name its real address', retry: false };
  }
  return { problem: `it refused the request${because}`, retry: false };
}

/** A server that is slow to list them is not waited for: the problem is told without. */
const MODELS_MS = 2000;

/** What else could have been asked for; nothing where the endpoint doesn't say. */
export async function knownModels(chat: URL, headers: Record<string, string>): Promise<string> {
  const url = new URL(chat);
  url.pathname = url.pathname.replace(/\/chat\/completions$/, '/models');
  const answer = await requestJson(url, headers, undefined, MODELS_MS);
  const list: unknown = 'error' in answer ? null : answer.data?.['data'];
  const names = (Array.isArray(list) ? list : [])
    .map((model) => asText(asObject(model)?.['id']))
    .filter((name) => name);
  return names.length === 0 ? '' : `; it has ${plainText(names.slice(0, 8).join(', '))}`;
}
