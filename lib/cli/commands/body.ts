import { resolve } from 'node:path';
import { EXIT, UserError } from '../../core/errors.ts';
import { sharedCodebase } from '../../houses/codebase.ts';
import { installHermes, planInstall } from '../../operations/install-hermes.ts';
import type { Context } from '../context.ts';
import { type Input, textOption } from '../input.ts';
import { terminalLine } from '../terminal-text.ts';

/** `robed body install hermes`. */
export async function run(context: Context, input: Input): Promise<number> {
  const { dryRun, json, out, messages, environment, clock } = context;
  const [action, program] = input.args;
  if (action !== 'install' || program !== 'hermes') {
    throw new UserError(`expected install hermes, found ${JSON.stringify(input.args.join(' '))}`, {
      hint: 'OpenClaw comes from npm: see docs/operations.md',
      exitCode: EXIT.usage,
    });
  }
  const root = context.root();
  const named = textOption(input, 'into');
  const request = {
    into: named === undefined ? await usualPlace(root) : resolve(context.cwd, named),
    version: textOption(input, 'version'),
    python: textOption(input, 'python'),
  };
  if (dryRun) {
    const { folder, version, has } = planInstall(root, request);
    const changed = has !== version;
    if (json) out.json({ version: 1, dryRun, folder, hermes: version, changed });
    else {
      const what = changed ? 'would be installed into' : 'is there already:';
      out.line(terminalLine(`hermes-agent ${version} ${what} ${folder}`));
    }
    return EXIT.ok;
  }
  const tell = (step: string) => messages.line(terminalLine(`robed: ${step}`));
  const done = await installHermes(root, request, { environment, clock, tell });
  if (json) {
    const { folder, program: path, version: hermes, changed } = done;
    out.json({ version: 1, dryRun, folder, program: path, hermes, changed });
  } else {
    const what = done.changed ? 'is installed:' : 'is there already:';
    out.line(terminalLine(`hermes-agent ${done.version} ${what} ${done.program}`));
  }
  return EXIT.ok;
}

/** Where the houses look for it. */
async function usualPlace(root: string): Promise<string> {
  const { readHouseholdSettings } = await import('../../houses/read-settings.ts');
  return sharedCodebase(root, readHouseholdSettings(root).codebase);
}
