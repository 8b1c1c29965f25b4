import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asObject, asText, parseObject } from '../core/untrusted.ts';
import type { Body, Ended, Job, JobNeeds, Offer, Outcome, Start } from './body.ts';
import { MODEL_KEY, type ModelJob } from './model-client.ts';
import { readOutput } from './output.ts';
import { modelPrompt } from './prompt.ts';
import { writeScratch } from './scratch.ts';
import { readUsage } from './usage.ts';
import { verdict } from './verdict.ts';

/** `bodies.model` of house.yaml. The key is named, never written there; none is fine for a local model. */
export interface ModelSettings {
  endpoint: string;
  name: string;
  key?: { env?: string | undefined; file?: string | undefined } | undefined;
}

export interface ModelContext {
  environment: NodeJS.ProcessEnv;
  /** Absolute folder that a relative key file starts from. */
  root: string;
  /** How Robed is started again. */
  self: readonly [string, ...string[]];
}

/** An OpenAI-compatible endpoint; its plain answer is the report. It has no hands. */
export function modelBody(settings: ModelSettings, context: ModelContext): Body {
  const { environment, root, self } = context;
  const { env: variable, file } = settings.key ?? {};
  const keyFile = file === undefined ? undefined : resolve(root, file);

  function offer(job: JobNeeds): Offer {
    if (job.produces.length > 0) return { can: false, why: 'a model alone makes no files' };
    if (variable !== undefined && !environment[variable]) {
      return { can: false, why: `the variable ${variable}, which holds its key, is not set` };
    }
    if (keyFile !== undefined && !existsSync(keyFile)) {
      return { can: false, why: `there is no key file ${keyFile}` };
    }
    return { can: true, why: `house.yaml names the model ${settings.name}` };
  }

  function start(job: Job): Start {
    const { tokens } = job.budget;
    const request: ModelJob = {
      endpoint: settings.endpoint,
      model: settings.name,
      ...modelPrompt(job),
      ...(tokens === undefined ? {} : { maxTokens: tokens }),
      ...(keyFile === undefined ? {} : { keyFile }),
      result: resultFile(job),
    };
    const key = variable === undefined ? undefined : environment[variable];
    const [program, ...rest] = self;
    const file = writeScratch(job, 'model.json', JSON.stringify(request));
    return {
      argv: [program, ...rest, 'body-model', file],
      env: key === undefined ? {} : { [MODEL_KEY]: key },
    };
  }

  return { kind: 'model', agent: false, offer, start, outcome };
}

function outcome(job: Job, ended: Ended): Outcome {
  const result = parseObject(readOutput(resultFile(job)));
  const problem = asText(result?.['problem']);
  return verdict(job, ended, {
    text: readOutput(ended.stdout),
    usage: readUsage(asObject(result?.['usage']) ?? {}),
    ...(problem === '' ? {} : { problem, retry: result?.['retry'] === true }),
  });
}

const resultFile = (job: Job): string => join(job.scratch, 'model-result.json');
