import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CronUser, cronUser, mayBeRoot } from '../support/cron-user.ts';
import { task } from '../support/household.ts';
import { until } from '../support/until.ts';

/** cron looks once a minute; what it starts may take another on a loaded machine. */
const MINUTES = 200_000;

const SETTINGS = `queue: {adopted: true}
concurrency: 2
bodies: {allow: [shell]}
schedule:
  dispatch: "* * * * *"
  task-monitor: "* * * * *"
  self-monitor: false
  progress-report: false
  heartbeat: false
  checkpoint: false
`;

const MINE = '# mine: caf\u00e9\n\n\t* * * * *\techo 100\\% >"$HOME/mine"\n';

const possible = mayBeRoot() || process.env['ROBED_NO_SKIPS'] === '1';

test.runIf(possible)(
  'cron alone dispatches tasks, has them run, and completes them',
  { timeout: 3 * MINUTES },
  async () => {
    const user = await cronUser();
    const root = household(user);
    const node = join(user.robed, 'node_modules', '.bin', 'node');
    const launcher = join(user.robed, 'scripts', 'robed.js');
    const ok = (...argv: string[]) => {
      const ran = user.run([node, launcher, ...argv, '--root', root]);
      expect(ran.status, `robed ${argv.join(' ')}: ${ran.stdout}${ran.stderr}`).toBe(0);
      return ran.stdout;
    };
    const crontab = () => user.run(['crontab', '-l']).stdout;

    expect(user.run(['crontab', '-l']).stderr).toContain('no crontab for');
    ok('crontab', 'install');
    ok('crontab', 'uninstall');
    expect(crontab()).toBe('');
    expect(user.run(['crontab', '-'], MINE).status).toBe(0);
    ok('crontab', 'install');
    expect(crontab().startsWith(MINE)).toBe(true);
    const installed = crontab();
    ok('crontab', 'install');
    expect(crontab()).toBe(installed);

    const queue = join(root, 'wizards', 'ezra', 'home', 'WORK-QUEUE.md');
    const status = (id: string) =>
      new RegExp(`^### ${id}:.*\\n- \\*\\*Status:\\*\\* (\\S+)`, 'm').exec(user.read(queue))?.[1];
    await until(
      'cron has both tasks done',
      () => ['T-1', 'T-2'].every((id) => status(id) === 'COMPLETE'),
      MINUTES,
    );
    const home = join(root, 'wizards', 'ezra', 'home');
    expect(user.read(join(home, 'completed', 'T-1.txt'))).toContain('status: COMPLETE');
    expect(user.read(join(root, 'wizards', 'ezra', 'workspace', 'out'))).toBe('T-2\n');
    await until('the line that is not ours fired', () => user.read(join(user.home, 'mine')));
    expect(user.read(join(user.home, 'mine'))).toBe('100%\n');

    const told = JSON.parse(ok('crontab', 'check', '--json'));
    expect(told.checks.every((check: { ok: boolean }) => check.ok)).toBe(true);
    const jobs = told.checks.filter((check: { job: string | null }) => check.job !== null);
    expect(jobs.map((check: { job: string }) => check.job)).toEqual(['dispatch', 'task-monitor']);
    for (const check of jobs) expect(Date.parse(check.lastFired)).not.toBeNaN();

    ok('crontab', 'uninstall');
    expect(crontab()).toBe(MINE);
  },
);

if (!possible) test.skip('cron alone runs a household (needs root, to make a user)', () => {});

/** Of one house, in a path with a space and a per cent sign, this user's own. */
function household(user: CronUser): string {
  const root = join(user.home, 'my house 100%');
  const house = join(root, 'wizards', 'ezra');
  const queue = `${task('T-1', 'sleep 3; echo done')}\n${task('T-2', 'echo T-2 >out; cat out')}`;
  const write = (path: string, text: string) => {
    const made = user.run(
      ['sh', '-c', 'mkdir -p "$(dirname "$1")" && cat >"$1"', 'sh', path],
      text,
    );
    expect(made.status, made.stderr).toBe(0);
  };
  write(join(house, 'house.yaml'), SETTINGS);
  write(join(house, 'home', 'WORK-QUEUE.md'), queue);
  return root;
}
