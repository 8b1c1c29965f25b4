import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { findProcess, parsePs } from '../../lib/platform/find-process.ts';
import { until } from '../support/until.ts';

test('a process is found by part of its command line, while it lives', async () => {
  const mark = `robed-mark-${process.pid}`;
  expect(await findProcess(mark)).toBeNull();
  const child = spawn('sh', ['-c', `sleep 600; : ${mark}`], { detached: true });
  onTestFinished(() => void process.kill(-(child.pid as number), 'SIGKILL'));
  await once(child, 'spawn');
  const found = await until('the process', () => findProcess(`: ${mark}`));
  expect(found).toBe(child.pid);
});

test('who looks is not what is looked for', async () => {
  expect(await findProcess(process.argv.join(' '))).not.toBe(process.pid);
});

test('the lines of ps are read the same way', () => {
  const lines = '    1 /sbin/init\n  42 ollama serve\n  43 ollama run\n';
  expect(parsePs(lines, 'ollama', 42)).toBe(43);
  expect(parsePs(lines, 'serve', 1)).toBe(42);
  expect(parsePs(lines, 'gitea', 1)).toBeNull();
});
