/**
 * Stands in for a Hermes gateway where its misbehaviour is wanted: `node gateway.ts SCRIPT LOG
 * PORT`, with HERMES_HOME set. Prints a line once it listens, and appends every request to LOG.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { identify } from '../../../lib/platform/identity.ts';

export interface GatewayScript {
  key: string;
  /** What POST /v1/runs answers; absent: a run named r-1. */
  post?: { status: number; body: object };
  /** The events of the run, before its stream ends. */
  events?: object[];
  /** What each look at the run sees, the last one for ever; null: nobody knows it. */
  states: (object | null)[];
  /** After so many looks the whole process is gone. */
  diesAfter?: number;
  session?: object;
  messages?: object[];
}

const [scriptFile = '', log = '', port] = process.argv.slice(2);
const script = JSON.parse(readFileSync(scriptFile, 'utf8')) as GatewayScript;
const lock = { pid: process.pid, start_time: Number(identify(process.pid)?.start) };
writeFileSync(join(process.env['HERMES_HOME'] ?? '', 'gateway.lock'), JSON.stringify(lock));
let looks = 0;

const server = createServer((request, response) => {
  const { method, url = '' } = request;
  let body = '';
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    appendFileSync(log, `${method} ${url} ${body}\n`);
    const say = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const unknown = { error: { message: 'Run not found: r-1', code: 'run_not_found' } };
    if (url === '/health') {
      return say(200, { status: 'ok', platform: 'hermes-agent', version: '0.0.0' });
    }
    if (request.headers.authorization !== `Bearer ${script.key}`) {
      return say(401, { error: { message: 'Invalid API key' } });
    }
    if (url === '/health/detailed') {
      return say(200, { platform: 'hermes-agent', gateway_state: 'running', pid: process.pid });
    }
    if (url === '/v1/runs') {
      const { status, body: answer } = script.post ?? { status: 202, body: { run_id: 'r-1' } };
      return say(status, answer);
    }
    if (url === '/v1/runs/r-1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of script.events ?? []) response.write(`data: ${JSON.stringify(event)}\n\n`);
      return response.end(': stream closed\n\n');
    }
    if (url === '/v1/runs/r-1') {
      const state = script.states[Math.min(looks, script.states.length - 1)];
      looks += 1;
      if (script.diesAfter !== undefined && looks > script.diesAfter) process.exit(1);
      return state ? say(200, state) : say(404, unknown);
    }
    if (url === '/v1/runs/r-1/stop' || url === '/v1/runs/r-1/approval') return say(200, {});
    if (url.endsWith('/messages')) return say(200, { data: script.messages ?? [] });
    return script.session ? say(200, { session: script.session }) : say(404, {});
  });
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listens\n'));
