// Shaped on Hermes 0.19.0 as it was seen running (`oneshot`, `chat`), and on the recorded shape of
// the stream-json of 0.20 and later (`stream`).
import { writeFileSync } from 'node:fs';
import { act } from './act.ts';

const [version, script = '', ...args] = process.argv.slice(2);
const chat = args[0] === 'chat';
const flag = (name: string): string | undefined => args[args.indexOf(name) + 1];

if (args.includes('--help')) {
  const general = '  -z PROMPT  --usage-file PATH  --yolo';
  const file = version === 'stream' || version === 'file' ? '--query-file PATH' : '';
  const json = version === 'stream' ? '--format {text,stream-json} --run-budget SEC' : '';
  const help = chat ? `-q QUERY -Q --max-turns N --yolo --source SOURCE ${file} ${json}` : general;
  console.log(version === 'chat' && !chat ? '  --yolo' : help);
} else {
  const { text, exit } = act(script);
  if (args.includes('stream-json')) stream(text, exit);
  else if (chat) {
    console.log(`  ⚠ tirith security scanner enabled but not available\n${text}`);
    console.error('\nsession_id: 20261121_110126_2fd295');
  } else {
    const usage = {
      input_tokens: 11,
      output_tokens: 7,
      api_calls: 1,
      estimated_cost_usd: 0,
      model: 'scripted',
    };
    const report = { ...usage, session_id: 's-1', completed: exit === 0, failed: exit !== 0 };
    writeFileSync(flag('--usage-file') ?? '', JSON.stringify(report));
    console.log(text);
  }
  process.exitCode = exit;
}

function stream(text: string, exit: number): void {
  const line = (value: object): void => console.log(JSON.stringify(value));
  line({ type: 'system', subtype: 'init', model: 'scripted', session_id: 's-1' });
  console.log('a line that is no JSON');
  line({ type: 'tool_use', name: 'terminal', input: {} });
  for (let at = 0; at < text.length; at += 60_000) {
    line({
      type: 'tool_result',
      name: 'terminal',
      output: text.slice(at, at + 60_000),
      is_error: false,
    });
  }
  const tokens = { input: 11, output: 7, total: 18 };
  const failure = exit === 0 ? {} : { failed: true, error: 'the work failed' };
  line({
    type: 'result',
    session_id: 's-1',
    exit_code: exit,
    text: text.slice(0, 60_000),
    tokens,
    ...failure,
  });
}
