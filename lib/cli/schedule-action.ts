import { EXIT, UserError } from '../core/errors.ts';

const ACTIONS = ['show', 'install', 'uninstall', 'check'] as const;

type ScheduleAction = (typeof ACTIONS)[number];

/** What `robed crontab` or `robed systemd` is to do. Throws UserError (exit 2). */
export function scheduleAction(command: string, word: string | undefined): ScheduleAction {
  const action = ACTIONS.find((known) => known === word);
  if (action !== undefined) return action;
  throw new UserError(`expected ${ACTIONS.join(', ')}, found ${JSON.stringify(word ?? '')}`, {
    hint: `robed ${command} --help shows examples`,
    exitCode: EXIT.usage,
  });
}
