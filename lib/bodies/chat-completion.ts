import { asObject, asText, type JsonObject } from '../core/untrusted.ts';
import type { Usage } from './body.ts';
import { knownModels, statusProblem } from './chat-problem.ts';
import { requestJson } from './json-client.ts';
import { lastLine, plainText } from './output.ts';
import { readUsage } from './usage.ts';

export interface Question {
  /** The base of an OpenAI-compatible API (`http://127.0.0.1:11434/v1`) or its chat/completions. */
  endpoint: string;
  model: string;
  system: string;
  user: string;
  maxTokens?: number;
}

export type Answer =
  | { ok: true; text: string; usage: Usage }
  | { ok: false; problem: string; text: string; usage: Usage; retry: boolean };

/** Ask once, without streaming. Everything that can go wrong is a sentence, never a throw. */
export async function completeChat(question: Question, key: string | undefined): Promise<Answer> {
  const url = chatUrl(question.endpoint);
  const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
  const response = await requestJson(url, headers, {
    model: question.model,
    messages: [
      { role: 'system', content: question.system },
      { role: 'user', content: question.user },
    ],
    stream: false,
    ...(question.maxTokens === undefined ? {} : { max_tokens: question.maxTokens }),
  });
  if ('error' in response) return failed(`${url.origin}: ${response.error}`, true);
  if (response.status === 200) return readAnswer(response.data);
  const refusal = statusProblem(response, question.model);
  const known = response.status === 404 ? await knownModels(url, headers) : '';
  const problem = `${url.origin} answered ${response.status}: ${refusal.problem}${known}`;
  // There are servers that say which key they refuse; what is said goes to reports and events.
  return failed(key ? problem.replaceAll(key, '…') : problem, refusal.retry);
}

/** An origin alone means the API's usual place, `/v1`. */
function chatUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  const base = url.pathname.replace(/\/+$/, '') || '/v1';
  url.pathname = base.endsWith('/chat/completions') ? base : `${base}/chat/completions`;
  return url;
}

function readAnswer(data: JsonObject | null): Answer {
  const [first] = Array.isArray(data?.['choices']) ? data['choices'] : [];
  const choice = asObject(first);
  const message = asObject(choice?.['message']);
  const counts = asObject(data?.['usage']);
  const usage = readUsage({
    inputTokens: counts?.['prompt_tokens'],
    outputTokens: counts?.['completion_tokens'],
    cost: counts?.['cost'],
    model: data?.['model'],
    turns: 1,
  });
  const text = contentText(message?.['content']);
  const failure = answerProblem(message, choice?.['finish_reason'], text);
  return failure === null ? { ok: true, text, usage } : { ok: false, text, usage, ...failure };
}

function answerProblem(
  message: JsonObject | null,
  finish: unknown,
  text: string,
): { problem: string; retry: boolean } | null {
  if (message === null) {
    const problem =
      'the answer has no choices[0].message, so this is no OpenAI-compatible endpoint';
    return { problem, retry: false };
  }
  const refusal = lastLine(plainText(asText(message['refusal'])));
  if (refusal !== '') return { problem: `the model refused: ${refusal}`, retry: false };
  if (finish === 'content_filter') {
    return { problem: 'the model refused, without a word', retry: false };
  }
  if (finish === 'length') {
    return { problem: 'the answer was cut off at its token limit', retry: false };
  }
  return text === '' ? { problem: 'the model answered nothing', retry: true } : null;
}

/** A string, or the parts of one. */
function contentText(content: unknown): string {
  const parts = Array.isArray(content)
    ? content.map((part) => asText(asObject(part)?.['text']))
    : [asText(content)];
  return parts.join('').trim();
}

const failed = (problem: string, retry: boolean): Answer => ({
  ok: false,
  problem,
  text: '',
  usage: {},
  retry,
});
