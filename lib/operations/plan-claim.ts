import { chooseBody } from '../bodies/choose.ts';
import { allowedBodies, createBodies } from '../bodies/registry.ts';
import { UserError } from '../core/errors.ts';
import { hashOf } from '../platform/snapshot.ts';
import { readBrief, type TaskBrief } from '../queue/brief.ts';
import { textWithoutStatus } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { TaskRecord } from '../records/task.ts';
import { bodiesContext } from './bodies-context.ts';
import type { ClaimPlan } from './claim-plan.ts';
import type { HouseContext } from './context.ts';
import { foundTriggerOf } from './found-triggers.ts';
import { describeJob, type RunJob } from './job.ts';
import type { Candidate } from './plan-claims.ts';
import { parseRecurrence } from './recurrence.ts';

/** Decide about one candidate: who does it, or why nobody may. Changes nothing. */
export async function planClaim(
  context: HouseContext,
  reading: QueueReading,
  candidate: Candidate,
): Promise<ClaimPlan> {
  const { key, fields, task } = candidate;
  const { house } = context;
  const standing = foundTriggerOf(context, key);
  if (standing !== null) return { type: 'block', key, reason: standing };
  const brief = await readBriefOf(reading, candidate);
  if ('blocked' in brief) return { type: 'block', key, reason: brief.blocked };
  const job = describeJob(house, brief, fields, reading.doc.defaults);
  if ('blocked' in job) return { type: 'block', key, reason: job.blocked };
  if (job.every !== null && parseRecurrence(job.every) === null) {
    return {
      type: 'block',
      key,
      reason: `Every: expected a duration or a cron expression of five fields, found ${JSON.stringify(job.every)}`,
    };
  }
  const spent = overBudget(job, task);
  if (spent !== null) return { type: 'block', key, reason: spent };
  const settings = house.settings.bodies;
  const choice = await chooseBody(
    job,
    {
      allow: allowedBodies(settings),
      queueDefault: reading.doc.defaults.body,
      houseDefault: settings.default,
    },
    createBodies(settings, bodiesContext(context)),
  );
  if ('blocked' in choice) return { type: 'block', key, reason: choice.blocked };
  const approved =
    task.approvedText !== null && task.approvedText === approvalHash(reading, candidate.key);
  if (!approved && task.held) {
    return {
      type: 'review',
      key,
      reason: 'its commands came in while an agent was at work: `robed approve` lets it run',
    };
  }
  if (!approved && fields.approval === 'required') {
    return { type: 'review', key, reason: 'it waits for approval: `robed approve` lets it run' };
  }
  const { kind, agent } = choice.body;
  return { type: 'claim', candidate, job, body: { kind, agent, why: choice.why } };
}

/** A block that can't be read costs its own task the turn, and no other one. */
async function readBriefOf(
  reading: QueueReading,
  { entry }: Candidate,
): Promise<TaskBrief | { blocked: string }> {
  try {
    return await readBrief(reading.doc, entry);
  } catch (error) {
    if (error instanceof UserError) return { blocked: error.message };
    throw error;
  }
}

/** What an approval is given to: these very words, whatever their status. */
export function approvalHash(reading: QueueReading, key: string): string {
  const entry = reading.keyed.single.get(key);
  const text = entry ? textWithoutStatus(reading.doc, entry) : '';
  return hashOf(text);
}

/** What a body can only report afterwards counts against the next run. */
function overBudget({ budget }: RunJob, { spent }: TaskRecord): string | null {
  const over: string[] = [];
  if (budget.money !== undefined && (spent.money ?? 0) >= budget.money)
    over.push(`$${spent.money} of $${budget.money}`);
  if (budget.tokens !== undefined && (spent.tokens ?? 0) >= budget.tokens)
    over.push(`${spent.tokens} of ${budget.tokens} tokens`);
  if (budget.turns !== undefined && (spent.turns ?? 0) >= budget.turns)
    over.push(`${spent.turns} of ${budget.turns} turns`);
  return over.length > 0 ? `its budget is spent: ${over.join(', ')}` : null;
}
