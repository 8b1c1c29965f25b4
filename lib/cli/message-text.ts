import { resolve } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { readPlain } from '../platform/plain-file.ts';
import { MESSAGE_BYTES } from '../queue/message.ts';
import type { Context } from './context.ts';
import { type Input, textOption } from './input.ts';
import { readStandardInput } from './standard-input.ts';

/** The text of a message: the argument at `place`, or the file that --file names. Throws UserError. */
export async function messageText(context: Context, input: Input, place: number): Promise<string> {
  const given = input.args[place];
  const file = textOption(input, 'file');
  if (given !== undefined && file !== undefined) {
    throw new UserError('expected a text or --file, found both', { exitCode: EXIT.usage });
  }
  const text = file === undefined && given !== '-' ? given : await readText(context, file ?? '-');
  if (text !== undefined && text.trim() !== '') return text;
  throw new UserError('expected a text, found nothing', {
    hint: 'say it behind the command, or name a file by --file',
    exitCode: EXIT.usage,
  });
}

async function readText({ cwd }: Context, file: string): Promise<string> {
  if (file === '-') return readStandardInput();
  const path = resolve(cwd, file);
  const bytes = readPlain(path, MESSAGE_BYTES + 1);
  if (bytes === null) throw new UserError('expected a file, found none', { file: path });
  return bytes.toString('utf8');
}
