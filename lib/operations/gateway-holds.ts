import { formatDuration } from '../core/duration.ts';
import { HALF_NAMES, type Half } from './gateways.ts';
import type { BringUp } from './plan-bring-up.ts';

/** How a half stands that the house wants up. `down`: a dispatch would bring it up. */
export interface Presence {
  half: Half;
  phase: 'up' | 'down' | 'starting' | 'failed';
  known: BringUp | null;
  /** What was seen last. */
  detail: string;
}

/** Why a task waits for a gateway; `again`: milliseconds until it is worth another look. */
export interface GatewayHold {
  half: Half;
  starting: boolean;
  message: string;
  again: number;
}

/** After so many failures in a row no task waits for the body's gateway any more. */
const LIMIT = 3;

const LOOK_MS = 1000;
const LONGEST_LOOK_MS = 15_000;

/**
 * What a task of this body waits for; null: nothing.
 *
 * | body                        | the body's gateway                      | the robe                  |
 * |-----------------------------|-----------------------------------------|---------------------------|
 * | hermes                      | until it is up, or failed three times   | until its first start ends |
 * | openclaw                    | –                                       | until its first start ends |
 * | shell, command, model, external | –                                   | –                         |
 *
 * Then it goes ahead: Hermes one-shot, and both unseen. Pure.
 */
export function gatewayHold(
  body: string,
  presences: readonly Presence[],
  now: number,
): GatewayHold | null {
  for (const presence of presences) {
    if (waits(body, presence)) return holdBy(presence, now);
  }
  return null;
}

/** What a task of this body goes ahead without; for the event of its claim. Pure. */
export const missing = (body: string, presences: readonly Presence[]): Presence[] =>
  presences.filter(({ half, phase }) => phase !== 'up' && needs(body, half));

function waits(body: string, { half, phase, known }: Presence): boolean {
  if (phase === 'up' || !needs(body, half)) return false;
  const failures = known?.failures ?? 0;
  return half === 'body' ? failures < LIMIT : failures === 0;
}

const needs = (body: string, half: Half): boolean =>
  body === 'hermes' || (body === 'openclaw' && half === 'robe');

function holdBy(presence: Presence, now: number): GatewayHold {
  const { half, phase, known } = presence;
  if (known?.phase === 'failed') {
    const again = Math.min(LONGEST_LOOK_MS, Math.max(LOOK_MS, known.nextTry - now));
    return { half, starting: false, message: failureText(half, known, now), again };
  }
  const name = HALF_NAMES[half];
  const message =
    phase === 'down'
      ? `a dispatch starts ${name} first: ${presence.detail}`
      : `waits for ${name} to come up (starting for ${seconds(now - (known?.since ?? now))})`;
  return { half, starting: true, message, again: LOOK_MS };
}

/** `the robe could not be brought up (2 attempts, the first 3m ago): …; it is tried again in 2m`. */
export function failureText(half: Half, known: BringUp, now: number): string {
  const { failures, failingSince, reason = 'it gave no reason' } = known;
  const times = failures === 1 ? '1 attempt' : `${failures} attempts`;
  const first = failures === 1 ? '' : ', the first';
  const since = failingSince === undefined ? '' : `${first} ${age(now - failingSince)} ago`;
  return `${HALF_NAMES[half]} could not be brought up (${times}${since}): ${reason}; ${nextTry(known, now)}`;
}

function nextTry(known: BringUp, now: number): string {
  if (known.phase === 'starting') return 'it is being tried again';
  if (known.nextTry <= now) return 'it is tried again when there is work again';
  return `it is tried again in ${seconds(known.nextTry - now)}`;
}

/** Seconds say nothing of hours. */
const age = (ms: number): string => (ms < 3_600_000 ? seconds(ms) : seconds(ms - (ms % 60_000)));

const seconds = (ms: number): string => formatDuration(Math.max(0, Math.floor(ms / 1000)) * 1000);
