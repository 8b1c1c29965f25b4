import { UserError } from '../core/errors.ts';
import { runProbe } from '../platform/probe.ts';
import { findProgram } from '../platform/program.ts';

/** What hermes-agent asks for (`Requires-Python: >=3.11,<3.14`), newest of the well tried first. */
const NAMES = ['python3.11', 'python3.12', 'python3.13', 'python3'];

/** Prints the version; ends with 1 where it is the wrong one, with 2 where it makes no environments. */
const QUESTION = `import sys
print("%d.%d" % sys.version_info[:2])
if not (3, 11) <= sys.version_info < (3, 14): sys.exit(1)
try:
    import venv, ensurepip
except ImportError: sys.exit(2)
`;

const PATIENCE = 20_000;

/**
 * The absolute path of a Python that Hermes can live in: the one that is named, else the first on
 * the PATH. Throws UserError, with what to install.
 */
export async function findPython(
  named: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
  const unfit: string[] = [];
  for (const name of named === undefined ? NAMES : [named]) {
    const program = findProgram(name, environment['PATH'], process.cwd());
    if (program === null) continue;
    const asked = await runProbe([program, '-c', QUESTION], { timeout: PATIENCE, env });
    const { exitCode, stdout } = asked;
    if (exitCode === 0) return program;
    const version = stdout.trim().slice(0, 20) || 'no Python';
    unfit.push(`${program} is ${version}${exitCode === 2 ? ' without venv' : ''}`);
  }
  const found = unfit.length === 0 ? (named ?? 'none') : unfit.join(', ');
  throw new UserError(`expected a Python from 3.11 to 3.13 with venv, found ${found}`, {
    hint: 'Debian and Ubuntu: apt-get install python3-venv (or python3.12-venv); then again',
  });
}
