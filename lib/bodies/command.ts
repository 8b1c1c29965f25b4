import { EXIT, UserError } from '../core/errors.ts';
import { findProgram } from '../platform/program.ts';
import type { Body, Job, Offer, Start } from './body.ts';
import { readOutput } from './output.ts';
import { writePrompt } from './scratch.ts';
import { verdict } from './verdict.ts';

/** `bodies.command` of house.yaml. */
export interface CommandTemplate {
  argv: readonly string[];
  stdin: 'prompt' | 'none';
  env: Readonly<Record<string, string>>;
}

/** The prompt itself is none of them: every user of the machine can read argv. */
const PLACEHOLDERS = [
  'prompt_file',
  'report',
  'trigger',
  'workspace',
  'task',
  'run',
  'attempt',
] as const;

type Values = Record<(typeof PLACEHOLDERS)[number], string>;

const TOKEN = /\{([a-z_]+)\}/g;

/**
 * Any program, started by a template. A bare name is looked up in `path`, a relative one from
 * `root`. Throws UserError (exit 78) where the template has a placeholder that doesn't exist.
 */
export function commandBody(
  template: CommandTemplate,
  path: string | undefined,
  root: string,
): Body {
  const [program = '', ...rest] = template.argv;
  checkTemplate(program, [...rest, ...Object.values(template.env)]);
  const locate = (): string | null => findProgram(program, path, root);

  function offer(): Offer {
    if (locate() === null) return { can: false, why: `there is no program ${program}` };
    return { can: true, why: `house.yaml names the program ${program}` };
  }

  function start(job: Job): Start {
    const prompt = writePrompt(job);
    const values: Values = {
      prompt_file: prompt,
      report: job.report,
      trigger: job.trigger,
      workspace: job.workspace,
      task: job.task,
      run: job.run,
      attempt: String(job.attempt),
    };
    return {
      argv: [locate() ?? program, ...rest.map((argument) => fillArgument(argument, values))],
      env: Object.fromEntries(
        Object.entries(template.env).map(([name, value]) => [name, fill(value, values)]),
      ),
      ...(template.stdin === 'prompt' ? { stdin: prompt } : {}),
    };
  }

  return {
    kind: 'command',
    agent: true,
    offer,
    start,
    outcome: (job, ended) => verdict(job, ended, { text: readOutput(ended.stdout) }),
  };
}

function checkTemplate(program: string, texts: readonly string[]): void {
  const known = PLACEHOLDERS.map((name) => `{${name}}`).join(' ');
  if (program.search(TOKEN) !== -1) {
    throw new UserError(`expected a program first in bodies.command.argv, found ${program}`, {
      hint: 'placeholders stand in the arguments',
      exitCode: EXIT.config,
    });
  }
  for (const text of texts) {
    for (const [token, name] of text.matchAll(TOKEN)) {
      if (PLACEHOLDERS.some((placeholder) => placeholder === name)) continue;
      throw new UserError(`unknown placeholder ${token} in bodies.command`, {
        hint: `known: ${known}; the prompt goes by {prompt_file} or \`stdin: prompt\``,
        exitCode: EXIT.config,
      });
    }
  }
}

/** One pass, so that a value that looks like a placeholder stays what it is. */
const fill = (text: string, values: Values): string =>
  text.replace(TOKEN, (_token, name: keyof Values) => values[name]);

/** The one value that a queue chooses is the task's id, and it must not become an option. */
function fillArgument(argument: string, values: Values): string {
  const filled = fill(argument, values);
  if (filled.startsWith('-') && !argument.startsWith('-')) {
    throw new UserError(`the id ${values.task} would be read as an option of the program`, {
      hint: 'put a word before {task} in bodies.command.argv, as in --task={task}',
    });
  }
  return filled;
}
