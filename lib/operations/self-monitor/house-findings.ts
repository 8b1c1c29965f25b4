import { formatDuration } from '../../core/duration.ts';
import type { Finding } from './findings.ts';
import type { Progress, ProgressSight } from './progress.ts';

/** What is not well in a house's work. Pure; limits in milliseconds. */
export function houseFindings(
  sight: ProgressSight,
  progress: Progress,
  now: number,
  limits: { waiting: number; idle: number },
): Finding[] {
  const findings: Finding[] = [];
  const [longest] = sight.ready;
  if (progress.state === 'idle') {
    findings.push({
      code: 'idle',
      subject: '',
      message: `${progress.detail}, and no run has ended for over ${formatDuration(limits.idle)}: does its dispatch run? (\`robed crontab check\`, \`robed explain ${longest?.task}\`)`,
    });
  }
  const old = sight.ready.filter(({ since }) => now - since > limits.waiting);
  const [oldest] = old;
  if (oldest !== undefined) {
    const more =
      old.length > 1
        ? `, and ${old.length - 1} more for over ${formatDuration(limits.waiting)}`
        : '';
    findings.push({
      code: 'waiting',
      subject: '',
      message: `${oldest.task} has waited ${hours(now - oldest.since)} for its turn${more}`,
    });
  }
  for (const { task, run, reason } of sight.suspects) {
    findings.push({
      code: 'suspect',
      subject: run,
      message: `${task}: ${reason}; \`robed cancel ${task}\` ends it`,
    });
  }
  return findings;
}

const hours = (ms: number): string => formatDuration(Math.floor(ms / 3_600_000) * 3_600_000);
