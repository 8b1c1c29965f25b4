import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type JsonObject, parseObject } from './untrusted.ts';

export interface JsonResponse {
  status: number;
  /** The `Retry-After` header as a sentence's part: `20 s`, or a date. */
  retryAfter: string | null;
  /** null where the body is no JSON object. */
  data: JsonObject | null;
}

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * GET, or POST where there is a body. No time limit, for a small machine's model may think for an
 * hour: `fetch` would give up after five minutes without headers. Redirects are not followed, they
 * would take the key along. Rejects where there is no answer.
 */
export function requestJson(
  url: URL,
  headers: Record<string, string>,
  body?: unknown,
): Promise<JsonResponse> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = start(
      url,
      {
        method: payload === undefined ? 'GET' : 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > MAX_BYTES) request.destroy(new Error('its answer is longer than 8 MB'));
        });
        response.on('error', reject);
        response.on('end', () => {
          const after = response.headers['retry-after'];
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: after === undefined ? null : /^\d+$/.test(after) ? `${after} s` : after,
            data: parseObject(Buffer.concat(chunks).toString('utf8')),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}
