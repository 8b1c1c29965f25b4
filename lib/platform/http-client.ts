import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorCode } from '../core/errors.ts';

export interface HttpRequest {
  /** Without one: POST where there is a body, else GET. */
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds, hard: from the first byte sent to the last received. Infinity for none. */
  timeoutMs: number;
  /** Of the answer's body; a longer one is an error. 1 MiB unless told. */
  maxBytes?: number;
  /** Status and headers are the answer: the body is not waited for, and `text` is empty. */
  headOnly?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** `error`: why there was no answer, for a person. `code`: Node's, or HTTP_TIMEOUT, HTTP_TOO_LONG. */
export interface HttpFailure {
  error: string;
  code: string | undefined;
}

/**
 * One request over http or https, and its whole answer. Whatever the far side does is a value, never
 * a rejection. Redirects are answers as any other: followed, they would take a key along.
 */
export function requestText(
  url: string | URL,
  { method, headers = {}, body, timeoutMs, maxBytes = 1024 * 1024, headOnly }: HttpRequest,
): Promise<HttpAnswer | HttpFailure> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const end = (answer: HttpAnswer | HttpFailure): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const fail = (error: unknown): void => end(failureOf(error));
    try {
      const target = new URL(url);
      const start = target.protocol === 'https:' ? requestHttps : requestHttp;
      const request = start(
        target,
        // A connection of its own, which is closed with it: none is kept that could hold a process.
        { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, agent: false },
        (response) => {
          if (headOnly) {
            end({ status: response.statusCode ?? 0, headers: response.headers, text: '' });
            request.destroy();
            return;
          }
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size <= maxBytes) return;
            // At once: the rest may have come already, and its end would count first.
            fail(tooLong(maxBytes));
            request.destroy();
          });
          response.on('error', fail);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            end({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      if (Number.isFinite(timeoutMs)) {
        timer = setTimeout(() => request.destroy(tooSlow(timeoutMs)), timeoutMs);
      }
      request.on('error', fail);
      // Another protocol is none of ours; unheard, Node hangs up without a word to anybody.
      request.on('upgrade', ({ statusCode, headers }, socket) => {
        socket.destroy();
        end({ status: statusCode ?? 0, headers, text: '' });
      });
      request.end(body);
    } catch (error) {
      // An address that is none, or a header with a line break in it.
      fail(error);
    }
  });
}

const tooLong = (bytes: number): Error =>
  Object.assign(new Error(`its answer is longer than ${sizeOf(bytes)}`), { code: 'HTTP_TOO_LONG' });

const sizeOf = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.round(bytes / 2 ** 10)} KB` : `${Math.round(bytes / 2 ** 20)} MB`;

const tooSlow = (ms: number): Error =>
  Object.assign(new Error(`no whole answer within ${ms} ms`), { code: 'HTTP_TIMEOUT' });

function failureOf(error: unknown): HttpFailure {
  const code = errorCode(error);
  return { error: sentenceOf(error, code), code };
}

function sentenceOf(error: unknown, code: string | undefined): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (code === 'ECONNRESET') return 'it hung up';
  const message = error instanceof Error ? error.message : String(error);
  // Several addresses that all failed come as an AggregateError without words of its own.
  return message || code || 'no answer';
}
