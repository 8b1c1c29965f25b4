import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './free-port.ts';

/** One answer of the script. */
export type ScriptedAnswer =
  | { text: string; finish?: 'stop' | 'length' | 'content_filter' }
  | { tool: string; arguments: Record<string, unknown> }
  | { refusal: string }
  /** An HTTP error, with the error document of an OpenAI-compatible server. */
  | { status: number; message?: string; headers?: Record<string, string> }
  /** A body that is sent as it is. */
  | { raw: string }
  | { hangUp: true }
  /** Takes the question and never answers. */
  | { hold: true };

export interface ModelServer {
  /** With `/v1`. */
  url: string;
  /** What was posted to chat/completions, oldest first. */
  requests: { authorization: string | undefined; body: Record<string, unknown> }[];
  /** Resolves once a question has come. */
  asked(): Promise<void>;
  /** Append to the script; once at its end, it repeats its last answer. */
  say(...answers: ScriptedAnswer[]): void;
  /** From now on nothing listens on its port. */
  stop(): Promise<void>;
}

const SCRIPTED_MODEL = 'scripted';

/** An OpenAI-compatible server on loopback whose answers are written beforehand. */
export async function startModelServer(...script: ScriptedAnswer[]): Promise<ModelServer> {
  const requests: ModelServer['requests'] = [];
  const { promise: question, resolve: heard } = Promise.withResolvers<void>();
  let last: ScriptedAnswer = { text: 'Done.' };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = await readBody(request);
    if (request.method === 'GET' && /^(\/api)?\/v1\/models$/.test(path)) {
      const data = [{ id: SCRIPTED_MODEL, object: 'model' }];
      sendJson(response, 200, { object: 'list', data });
    } else if (request.method === 'POST' && path === '/v1/chat/completions') {
      const asked = JSON.parse(body) as Record<string, unknown>;
      requests.push({ authorization: request.headers.authorization, body: asked });
      heard();
      last = script.shift() ?? last;
      answer(response, last, asked['stream'] === true);
    } else {
      sendJson(response, 404, { error: { message: `no route ${path}` } });
    }
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    asked: () => question,
    say: (...answers) => void script.push(...answers),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, scripted: ScriptedAnswer, streamed: boolean): void {
  if ('hangUp' in scripted) {
    response.socket?.destroy();
    return;
  }
  if ('hold' in scripted) return;
  if ('raw' in scripted) {
    response.end(scripted.raw);
    return;
  }
  if ('status' in scripted) {
    const { status, message = 'scripted error', headers = {} } = scripted;
    const error = { message, type: 'scripted', code: status };
    sendJson(response, status, { error }, headers);
    return;
  }
  const { message, finish } = completion(scripted);
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  const frame = { id: 'chatcmpl-1', created: 1, model: SCRIPTED_MODEL };
  if (!streamed) {
    const choices = [{ index: 0, message, finish_reason: finish }];
    sendJson(response, 200, { ...frame, object: 'chat.completion', choices, usage });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  response.write(chunk(message, null));
  response.write(chunk({}, finish));
  response.write(
    `data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

/** The message as it stands in a plain answer, and, streamed, as one delta. */
function completion(
  scripted: Extract<ScriptedAnswer, { text: string } | { tool: string } | { refusal: string }>,
): { message: Record<string, unknown>; finish: string } {
  const role = 'assistant';
  if ('text' in scripted) {
    return { message: { role, content: scripted.text }, finish: scripted.finish ?? 'stop' };
  }
  if ('refusal' in scripted) {
    return { message: { role, content: null, refusal: scripted.refusal }, finish: 'stop' };
  }
  const call = { name: scripted.tool, arguments: JSON.stringify(scripted.arguments) };
  const tool_calls = [{ index: 0, id: 'call_1', type: 'function', function: call }];
  return { message: { role, content: null, tool_calls }, finish: 'tool_calls' };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
