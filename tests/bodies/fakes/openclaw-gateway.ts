import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Behaviour } from '../../support/fake-openclaw.ts';
import { OPENCLAW_ANSWERS } from '../../support/openclaw-answers.ts';

// `openclaw gateway run … --port N` in small: the behaviour is its first argument.
const [behaviour, ...args] = process.argv.slice(2);
const { listens, started, ends, mute = false } = JSON.parse(behaviour ?? '{}') as Behaviour;
const port = Number(args[args.indexOf('--port') + 1]);
const born = Date.now();

const folder = process.env['OPENCLAW_STATE_DIR'] ?? '';
writeFileSync(join(folder, 'seen.json'), JSON.stringify({ args, env: process.env }));

const server = createServer((request, response) => {
  if (mute) return;
  const isUp = started !== null && Date.now() - born >= started;
  const startup = isUp ? OPENCLAW_ANSWERS.started : OPENCLAW_ANSWERS.starting;
  const { status, text } = request.url === '/startupz' ? startup : OPENCLAW_ANSWERS.live;
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
});
if (listens !== null) setTimeout(() => server.listen(port, '127.0.0.1'), listens);

setInterval(() => {}, 60_000);
process.on('SIGTERM', () => process.exit(0));
if (ends) {
  setTimeout(() => {
    console.error(ends.line);
    process.exit(1);
  }, ends.after);
}
