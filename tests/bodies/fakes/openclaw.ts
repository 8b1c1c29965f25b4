// Shaped on OpenClaw 2026.9.6 as it was seen running (`exec`), and on the document of a turn
// through the gateway (`agent`).
import { act } from './act.ts';

const [version, script = '', ...args] = process.argv.slice(2);

if (args.includes('--help')) {
  const exec = '--message-file <path>  --json  --cwd <dir>  --timeout <seconds>  --config <path>';
  console.log(version === 'exec' ? exec : '--agent <id>  -m, --message <text>  --json');
} else {
  const { text, exit } = act(script);
  const payloads = text === '' ? [] : [{ text, mediaUrl: null }];
  const usage = { input: 11, output: 7, total: 18, cost: { total: 0 } };
  const agent = { usage, model: 'scripted', sessionId: 's-1' };
  const error = { message: 'the work failed', kind: 'exception' };
  const exec = {
    ok: exit === 0,
    status: exit === 0 ? 'ok' : 'error',
    final: text,
    payloads,
    ...agent,
  };
  const gateway = { status: exec.status, result: { payloads, meta: { agentMeta: agent } } };
  console.log(
    JSON.stringify({ ...(version === 'exec' ? exec : gateway), ...(exit === 0 ? {} : { error }) }),
  );
  process.exitCode = exit;
}
