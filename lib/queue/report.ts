import { formatDuration } from '../core/duration.ts';
import { readFrontMatter, renderFrontMatter } from '../core/front-matter.ts';
import type { Status } from '../core/status.ts';
import type { RunRecord, RunResult, VerifyResult } from '../records/run.ts';
import { normaliseStatus } from './words.ts';

/** What a report file says of itself; `run` is null where it says nothing. */
export interface ReportHeader {
  run: string | null;
  task: string | null;
  /** 0 where it names none. */
  attempt: number;
  fence: number;
  /** null where it names none. */
  status: Status | null;
  text: string;
}

/** Render `completed/<ID>.txt`: front matter, then first what came of it, then the text. */
export function renderReport(run: RunRecord, title: string, result: RunResult): string {
  const started = run.startedAt ?? run.claimedAt;
  const ended = run.endedAt ?? started;
  const header = {
    status: result.status,
    task: run.task,
    title,
    run: run.run,
    fence: run.fence,
    attempt: run.attempt,
    body: run.body,
    started: new Date(started).toISOString(),
    finished: new Date(ended).toISOString(),
    exit: result.exit ?? result.signal,
    verify: result.proof,
    artifacts: result.artifacts,
    usage: result.usage,
  };
  const sections = [
    `${result.status}: ${title} (attempt ${run.attempt}, ${formatDuration(ended - started)})`,
    ...(result.reason ? [result.reason] : []),
    ...result.verify.map(renderVerify),
    ...(result.artifacts.length > 0
      ? [
          ['Artifacts:', ...result.artifacts.map((a) => `  ${a.path} (${a.bytes} bytes)`)].join(
            '\n',
          ),
        ]
      : []),
    ...(result.text.trim() ? ['---', result.text.trimEnd()] : []),
  ];
  return renderFrontMatter(header, `${withoutControls(sections.join('\n\n'))}\n`);
}

/** A report is looked at with `cat`: what a title or a command brought must not act on the terminal. */
const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '');

/** Never throws: a report that is no front matter is all text. */
export function parseReport(text: string): ReportHeader {
  try {
    const { data, body } = readFrontMatter(text);
    return {
      run: data['run'] === undefined ? null : String(data['run']),
      task: data['task'] === undefined ? null : String(data['task']),
      attempt: count(data['attempt']),
      fence: count(data['fence']),
      status: typeof data['status'] === 'string' ? normaliseStatus(data['status']) : null,
      text: body,
    };
  } catch {
    return { run: null, task: null, attempt: 0, fence: 0, status: null, text };
  }
}

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;

function renderVerify(check: VerifyResult): string {
  const verdict = check.passed ? 'passed' : `FAILED (exit ${check.exit ?? 'by signal'})`;
  const output = check.output.trimEnd();
  const quoted = output ? `\n${output.replace(/^/gm, '  | ')}` : '';
  return `Verify \`${check.command}\`: ${verdict}${quoted}`;
}
