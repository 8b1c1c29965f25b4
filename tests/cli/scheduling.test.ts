import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeCrontab } from '../support/crontab.ts';
import { testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';

function scene() {
  const house = testHouse('', {
    settings:
      'schedule: {self-monitor: false, progress-report: false, heartbeat: false, checkpoint: false}\n',
  });
  const crontab = fakeCrontab(house.root);
  const env = crontab.environment as Record<string, string>;
  const run = (more: Record<string, string>, ...argv: string[]) =>
    robed(argv, { cwd: house.root, env: { ...env, ...more } });
  return { ...house, crontab, run: (...argv: string[]) => run({}, ...argv), runWith: run };
}

describe('robed crontab', () => {
  test('show prints the block, and says whether the crontab has it', () => {
    const { run, crontab } = scene();
    const absent = run('crontab', 'show');
    expect(absent.status).toBe(0);
    expect(absent.stdout).toMatch(/^# >>> robed: ezra \(root .*\n.*\n\*\/15 .* dispatch .*\n/);
    expect(absent.stderr).toContain('not in your crontab');
    expect(run('crontab', 'install').stdout).toBe('ezra: its block is in your crontab\n');
    expect(crontab.text()).toBe(absent.stdout);
    expect(run('crontab', 'show')).toMatchObject({ stdout: absent.stdout, stderr: '' });
    crontab.save(absent.stdout.replace('*/15', '*/7'));
    expect(run('crontab', 'show').stderr).toContain('has an older one');
    expect(JSON.parse(run('crontab', 'show', '--json').stdout)).toEqual({
      version: 1,
      wizards: [{ wizard: 'ezra', state: 'differs', block: absent.stdout }],
    });
  });

  test('where cron’s shell can’t read sh, show and install have lines for any shell', () => {
    const { run, crontab } = scene();
    crontab.save('SHELL=/usr/bin/fish\n');
    const { stdout } = run('crontab', 'show');
    expect(stdout).toMatch(/^\*\/15 \S+ \S+ \S+ \S+ \/bin\/sh \S+tick\.sh dispatch /m);
    run('crontab', 'install');
    expect(crontab.text()).toBe(`SHELL=/usr/bin/fish\n${stdout}`);
    expect(run('crontab', 'show')).toMatchObject({ stdout, stderr: '' });
  });

  test('--dry-run shows the change as a diff, and makes none', () => {
    const { run, crontab } = scene();
    const { stdout } = run('crontab', 'install', '--dry-run');
    expect(stdout).toContain('+++ crontab\n');
    expect(stdout).toContain('+# >>> robed: ezra');
    expect(crontab.text()).toBeNull();
  });

  test('uninstall also takes out the block of a house that is gone', () => {
    const { run, crontab } = scene();
    run('crontab', 'install');
    crontab.save(`mine\n${crontab.text()?.replaceAll('ezra', 'gone')}`);
    expect(run('crontab', 'uninstall').stdout).toBe(
      'ezra: it has no block in your crontab\ngone: its block is out of your crontab\n',
    );
    expect(crontab.text()).toBe('mine\n');
  });

  test('check ends with 1 where something is wrong, and says what to do', () => {
    const { run } = scene();
    const { status, stdout } = run('crontab', 'check');
    expect(status).toBe(1);
    expect(stdout).toContain('FAIL ezra: it has no block in the crontab\n');
    expect(stdout).toContain('robed crontab install --wizard ezra');
    const told = JSON.parse(run('crontab', 'check', '--json').stdout);
    expect(told).toMatchObject({ version: 1, ok: false, checks: [{ wizard: 'ezra', ok: false }] });
  });

  test('an action that it does not know is a mistake in typing', () => {
    const { status, stderr } = scene().run('crontab', 'instal');
    expect(status).toBe(2);
    expect(stderr).toContain('expected show, install, uninstall, check, found "instal"');
  });

  test('neither crontab nor units are an agent’s to change', () => {
    const { runWith, crontab, root } = scene();
    for (const command of ['crontab', 'systemd']) {
      for (const action of ['install', 'uninstall']) {
        const { status, stderr } = runWith({ ROBED_RUN: 'r-1' }, command, action);
        expect(status).toBe(1);
        expect(stderr).toContain("a person's to say");
      }
    }
    expect(crontab.calls()).toEqual([]);
    expect(existsSync(join(root, 'config'))).toBe(false);
  });
});

describe('robed systemd', () => {
  test('show prints each unit and whether it is installed', () => {
    const { run, root } = scene();
    const { status, stdout } = run('systemd', 'show', '--dir', 'units');
    expect(status).toBe(0);
    expect(stdout).toContain(`### ${root}/units/robed-ezra-dispatch.timer (missing)\n`);
    expect(stdout).toContain('OnCalendar=*-*-* *:00,15,30,45:00\n');
  });

  test('install, check and uninstall tell what they did, and what to type', () => {
    const { run, root } = scene();
    const installed = run('systemd', 'install', '--dir', 'units');
    expect(installed.stdout).toBe(`ezra: 7 units written to ${root}/units\n`);
    expect(installed.stderr).toContain('systemctl --user daemon-reload\n');
    expect(run('systemd', 'check', '--dir', 'units').status).toBe(0);
    expect(run('systemd', 'install', '--dir', 'units').stdout).toContain('nothing to change');
    expect(run('systemd', 'uninstall', '--dir', 'units', '--dry-run').stdout).toContain(
      'ezra: 7 units would be taken out of',
    );
    expect(run('systemd', 'uninstall', '--dir', 'units').stdout).toContain('7 units taken out of');
    expect(run('systemd', 'check', '--dir', 'units').status).toBe(1);
    expect(run('systemd', 'uninstall', '--dir', 'units').stdout).toBe(
      'no unit of this household is installed\n',
    );
  });
});
