import { requestText } from '../../platform/http-client.ts';
import { DELIVERED, type Delivery, deliveryOfStatus, failed } from './delivery.ts';
import { plainLine } from './plain-line.ts';

export interface TelegramMessage {
  /** `https://api.telegram.org`, or one that answers as it does. */
  api: string;
  token: string;
  chat: string;
  text: string;
}

/** https://core.telegram.org/bots/api#sendmessage: 1-4096 characters, counted in UTF-16. */
const LIMIT = 4096;

/**
 * Bot API `sendMessage`, as plain text: without `parse_mode` nothing in it is markup. On 429 the
 * answer's `parameters.retry_after` (seconds) is respected. The token is part of the address, so no
 * address is ever told.
 */
export async function sendTelegram(
  { api, token, chat, text }: TelegramMessage,
  { now, timeoutMs }: { now: number; timeoutMs: number },
): Promise<Delivery> {
  if (!/^[\w:-]+$/.test(token)) return failed('its token is not of the form that bots have');
  const answer = await requestText(`${api.replace(/\/+$/, '')}/bot${token}/sendMessage`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      chat_id: chat,
      text: cut(text),
      link_preview_options: { is_disabled: true },
    }),
    timeoutMs,
  });
  if ('error' in answer) return failed(plainLine(answer.error));
  const { ok, description, retryAfter } = parseAnswer(answer.text);
  if (answer.status === 429) {
    return { type: 'failed', reason: 'it asks to wait', until: now + (retryAfter ?? 60) * 1000 };
  }
  if (answer.status === 200 && ok) return DELIVERED;
  // A proxy in between may say the address it was asked for, and that is the token.
  const told = plainLine(description.replaceAll(token, '[secret]'));
  const said = told === '' ? '' : ` (${told.slice(0, 200)})`;
  const delivery = deliveryOfStatus(answer.status);
  if (delivery.type === 'delivered') return failed('its answer is not Telegram’s');
  // 400 also says "chat not found": that is no fault of the message, and mended in robed.yaml.
  const type = /chat|peer/i.test(description) ? 'failed' : delivery.type;
  return { type, reason: `it answered ${answer.status}${said}` };
}

function cut(text: string): string {
  if (text.length <= LIMIT) return text;
  const end = text.slice(0, LIMIT - 1);
  // Half a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end}…`;
}

/** `{ok, description?, parameters?: {retry_after?}}`; anything else says nothing. */
function parseAnswer(text: string): {
  ok: boolean;
  description: string;
  retryAfter: number | null;
} {
  try {
    const { ok, description, parameters } = JSON.parse(text) as Record<string, unknown>;
    const after = (parameters as { retry_after?: unknown } | undefined)?.retry_after;
    return {
      ok: ok === true,
      description: typeof description === 'string' ? description : '',
      retryAfter: typeof after === 'number' && Number.isFinite(after) ? after : null,
    };
  } catch {
    return { ok: false, description: '', retryAfter: null };
  }
}
