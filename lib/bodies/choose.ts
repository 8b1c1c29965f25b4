import { BODY_KINDS, type Body, type BodyKind, type JobNeeds } from './body.ts';

/** Who may choose, besides the task itself. */
export interface BodyPolicy {
  /** What the house allows, whether or not it is set up. */
  allow: readonly BodyKind[];
  /** The queue's front matter; a person's text, so any word. */
  queueDefault?: string | undefined;
  houseDefault?: BodyKind | undefined;
}

/** `why` and `blocked` are one sentence for a person. */
export type Choice = { body: Body; why: string } | { blocked: string };

/**
 * Where nobody chose: what the person wrote out, then what can act, then what can only answer.
 * `external` has to be named: a task that nobody outside watches for would wait for ever.
 */
const ORDER: readonly BodyKind[] = ['shell', 'hermes', 'openclaw', 'model', 'command'];

/**
 * Who does the job: the task's own `Body:`, else the queue's default, else the house's, else the
 * first of ORDER that can.
 */
export async function chooseBody(
  job: JobNeeds,
  policy: BodyPolicy,
  bodies: ReadonlyMap<BodyKind, Body>,
): Promise<Choice> {
  const wish = job.fields['body']?.trim();
  if (wish) return byName(wish, 'the task asks for it');

  const defaults = [
    [policy.queueDefault?.trim(), "it is the queue's default"],
    [policy.houseDefault, "it is the house's default"],
  ] as const;
  const refusals: string[] = [];
  for (const [name, because] of defaults) {
    if (!name) continue;
    const choice = await byName(name, because);
    if ('body' in choice || bodyKind(name) === undefined) return choice;
    refusals.push(choice.blocked);
  }
  const forbidden: BodyKind[] = [];
  for (const kind of ORDER) {
    if (defaults.some(([name]) => name !== undefined && bodyKind(name) === kind)) continue;
    if (!policy.allow.includes(kind)) {
      forbidden.push(kind);
      continue;
    }
    // Blocks that were meant to be read by an agent must not be run because the agent is missing.
    if (kind === 'shell' && refusals.length > 0) continue;
    const choice = await byName(kind);
    if ('body' in choice) return choice;
    refusals.push(choice.blocked);
  }
  if (forbidden.length > 0) refusals.push(`house.yaml doesn't allow ${forbidden.join(', ')}`);
  return { blocked: `no body can do this task: ${refusals.join('; ')}` };

  async function byName(name: string, because?: string): Promise<Choice> {
    const kind = bodyKind(name);
    if (kind === undefined) {
      return { blocked: `there is no body ${JSON.stringify(name)}, only ${BODY_KINDS.join(', ')}` };
    }
    if (!policy.allow.includes(kind)) return { blocked: `${kind}: house.yaml doesn't allow it` };
    const body = bodies.get(kind);
    if (!body) return { blocked: `${kind}: house.yaml doesn't say how (bodies.${kind})` };
    const offer = await body.offer(job);
    if (!offer.can) return { blocked: `${kind}: ${offer.why}` };
    return { body, why: `${kind}: ${because ? `${because}, and ` : ''}${offer.why}` };
  }
}

const bodyKind = (name: string): BodyKind | undefined =>
  BODY_KINDS.find((kind) => kind === name.toLowerCase());
