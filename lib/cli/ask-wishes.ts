import { UserError } from '../core/errors.ts';
import { findCharter } from '../houses/charter.ts';
import { LOCAL_MODEL } from '../houses/provision-texts.ts';
import { readHouseholdSettings } from '../houses/read-settings.ts';
import type { Context } from './context.ts';
import { type Input, textOption } from './input.ts';
import { readWishes } from './provision-wishes.ts';
import { openQuestions, type Questions } from './questions.ts';
import { terminalLine } from './terminal-text.ts';

/** The model's key, where it was typed. */
export interface Answers {
  input: Input;
  modelKey: string;
}

/** Ask a person for what the flags did not say, each with the answer that Enter gives. */
export async function askWishes(context: Context, input: Input, root: string): Promise<Answers> {
  const [name = ''] = input.args;
  const household = readHouseholdSettings(root);
  const charter = findCharter(name, textOption(input, 'role'));
  const options: Record<string, Input['options'][string]> = { ...input.options };
  const questions = await openQuestions();
  const ask = async (option: string, question: string, fallback: string, none = '') => {
    if (options[option] !== undefined) return;
    const answer = await askWell(context, input, questions, { option, question, fallback, none });
    if (answer !== null) options[option] = answer;
  };
  try {
    const role = charter.describes || 'a wizard of this household';
    await ask('role', `What is ${name} in the household?`, role, role);
    await ask(
      'father',
      'Which house do its reports go to?',
      charter.father ?? household.father ?? 'none',
      'none',
    );
    await ask('body', 'Who does its work: hermes, shell, model, openclaw or external?', 'hermes');
    const thinks = options['body'] === 'hermes' || options['body'] === 'model';
    if (thinks) {
      await ask('model', 'Which model?', LOCAL_MODEL.model);
      if (options['provider'] === undefined) {
        await ask('baseUrl', 'Where is it served?', LOCAL_MODEL.baseUrl);
      }
    }
    const modelKey = thinks ? await askKey(context, { ...input, options }, questions) : '';
    if (options['body'] === 'hermes') {
      await ask('port', 'Which port for its gateway?', 'the next free one', 'the next free one');
    }
    await ask('schedule', 'Its crontab: all, child, father or none?', 'all');
    return { input: { ...input, options }, modelKey };
  } finally {
    questions.close();
  }
}

interface Question {
  option: string;
  question: string;
  fallback: string;
  /** The answer that says nothing. */
  none: string;
}

/** Until the answer is one that the flag would take; null where it says nothing. */
async function askWell(
  context: Context,
  input: Input,
  questions: Questions,
  { option, question, fallback, none }: Question,
): Promise<string | null> {
  for (;;) {
    const answer = await questions.ask(terminalLine(question), terminalLine(fallback));
    if (answer === none) return null;
    try {
      readWishes(context, { ...input, options: { [option]: answer } });
      return answer;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      context.messages.line(`  ${terminalLine(error.message)}`);
    }
  }
}

/** A model on this machine wants none. */
async function askKey(context: Context, input: Input, questions: Questions): Promise<string> {
  const { modelKey, baseUrl } = readWishes(context, input);
  const local = /^https?:\/\/(localhost|127\.|\[::1\])/.test(baseUrl ?? '');
  if (modelKey !== undefined || local) return '';
  return questions.askHidden('Its key, which is not shown (Enter: none):');
}
