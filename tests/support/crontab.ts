import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A crontab(1) in a folder of its own, so that no test touches the caller's. */
export interface FakeCrontab {
  environment: NodeJS.ProcessEnv;
  /** null: there is none. */
  text(): string | null;
  save(text: string): void;
  /** From now on `crontab` runs this sh script first, with its argument as $1 and the file as $tab. */
  before(script: string): void;
  /** Arguments of each call so far. */
  calls(): string[];
}

/** As Debian's crontab(1) behaves. */
export function fakeCrontab(folder: string): FakeCrontab {
  const tab = join(folder, 'tab');
  const calls = join(folder, 'calls');
  const program = join(folder, 'crontab');
  const before = (script: string) => {
    writeFileSync(
      program,
      `#!/bin/sh
tab='${tab}'
echo "$1" >>'${calls}'
${script}
case $1 in
-l)
  [ -e "$tab" ] && exec cat "$tab"
  echo 'no crontab for me' >&2
  exit 1
  ;;
-) exec cat >"$tab" ;;
esac
`,
    );
    chmodSync(program, 0o755);
  };
  before('');
  return {
    environment: {
      HOME: folder,
      LOGNAME: 'me',
      PATH: `${folder}:/usr/bin:/bin`,
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
    text: () => (existsSync(tab) ? readFileSync(tab, 'latin1') : null),
    save: (text) => writeFileSync(tab, text, 'latin1'),
    before,
    calls() {
      const made = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
      rmSync(calls, { force: true });
      return made;
    },
  };
}
