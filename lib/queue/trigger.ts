import { readFrontMatter, renderFrontMatter } from '../core/front-matter.ts';
import type { ProcessIdentity } from '../platform/identity.ts';

/** What `work/<ID>.active` says. All that an agent needs; see docs/agent-contract.md. */
export interface Trigger {
  task: string;
  title: string;
  run: string;
  fence: number;
  attempt: number;
  attempts: number;
  /** Who does the work, and whether it acts on its own judgement. */
  body: string;
  /** The process that answers for the run; null where somebody outside Robed does. */
  runner: ProcessIdentity | null;
  /** Milliseconds since the epoch. */
  claimed: number;
  lease: number;
  /** Milliseconds. */
  timeout: number;
  /** Absolute paths. */
  workspace: string;
  report: string;
  /** Commands that must pass and files that must appear before COMPLETE is believed. */
  verify: string[];
  produces: string[];
  /** Fields that Robed doesn't know, for the agent. */
  fields: Record<string, string>;
}

/** The trigger's front matter, then the task's own text as the person wrote it. */
export function renderTrigger(trigger: Trigger, text: string): string {
  return renderFrontMatter(
    {
      ...trigger,
      claimed: new Date(trigger.claimed).toISOString(),
      lease: new Date(trigger.lease).toISOString(),
      timeout: `${Math.round(trigger.timeout / 1000)}s`,
      how: `Do the task below in the workspace. Write what came of it to ${trigger.report}.tmp and rename that to ${trigger.report}; then remove this file.`,
    },
    text,
  );
}

/** What recovery needs of a trigger that it finds; null where the file is no trigger of ours. */
export function parseTrigger(
  text: string,
): Pick<Trigger, 'task' | 'run' | 'fence' | 'attempt' | 'body' | 'runner'> | null {
  let data: Record<string, unknown>;
  try {
    data = readFrontMatter(text).data;
  } catch {
    return null;
  }
  const { task, run, fence, attempt, body } = data;
  if (typeof task !== 'string' || typeof run !== 'string' || typeof body !== 'string') return null;
  if (!isCount(fence) || !isCount(attempt)) return null;
  return { task, run, fence, attempt, body, runner: parseIdentity(data['runner']) };
}

function parseIdentity(value: unknown): ProcessIdentity | null {
  const { pid, start, boot } = (value ?? {}) as Record<string, unknown>;
  if (!isCount(pid) || typeof start !== 'string' || typeof boot !== 'string') return null;
  return { pid, start, boot };
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
