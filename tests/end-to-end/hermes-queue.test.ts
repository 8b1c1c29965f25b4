import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Bench, bench } from '../support/bench.ts';
import { type ScriptedAnswer, startModelServer } from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';

const QUEUE = `# Work queue of Ezra

### TASK-001: Write the page
- **Status:** PENDING
- **Attempts:** 1
- **Produces:** \`page.html\`

Write a page to page.html and say what is on it.
`;

describeProgram(
  'the real Hermes, from the queue to the report',
  'hermes/bin/hermes',
  'tests/support/install-hermes.sh',
  (program) => {
    async function work(answers: ScriptedAnswer[], { down = false } = {}): Promise<Bench> {
      const server = await startModelServer(...answers);
      const settings = [
        'queue: {adopted: true}',
        'bodies:',
        '  allow: [hermes]',
        `  hermes: {program: ${program}, yolo: true}`,
      ];
      const house = await bench(QUEUE, { settings: `${settings.join('\n')}\n` });
      const config = {
        model: {
          default: 'scripted',
          provider: 'custom',
          base_url: server.url,
          context_length: 65_536,
        },
        auxiliary: { title_generation: { enabled: false } },
      };
      writeFileSync(join(house.paths.home, 'config.yaml'), JSON.stringify(config));
      if (down) await server.stop();
      try {
        await house.work();
      } finally {
        if (!down) await server.stop();
      }
      return house;
    }

    const writesPage: ScriptedAnswer = {
      tool: 'terminal',
      arguments: { command: 'echo "<h1>Hello</h1>" >page.html' },
    };

    it('does the task, and leaves a proven report', async () => {
      const house = await work([writesPage, { text: 'The page says hello.' }]);
      expect(house.status('TASK-001')).toBe('COMPLETE');
      expect(readFileSync(join(house.paths.workspace, 'page.html'), 'utf8')).toContain('Hello');
      const report = house.report('TASK-001');
      expect(report).toMatch(/^---\nstatus: COMPLETE\n/);
      expect(report).toContain('verify: passed');
      expect(report).toContain('path: page.html');
      expect(report).toMatch(/inputTokens: \d+/);
      expect(report).toContain('The page says hello.');
      expect(existsSync(join(house.paths.work, 'TASK-001.active'))).toBe(false);
      expect(house.events('TASK-001')).toEqual([
        'task.created',
        'task.assigned',
        'task.started',
        'task.completed',
      ]);
    });

    it('is not believed where the promised file is missing', async () => {
      const house = await work([{ text: 'The page says hello.' }]);
      expect(house.status('TASK-001')).toBe('FAILED');
      expect(house.report('TASK-001')).toContain('the promised file page.html is missing');
    });

    it('fails where it refuses', async () => {
      const house = await work([{ refusal: 'I cannot help with that.' }]);
      expect(house.status('TASK-001')).toBe('FAILED');
    });

    it('fails where its model server is down, though it ends with 0', async () => {
      const house = await work([], { down: true });
      expect(house.status('TASK-001')).toBe('FAILED');
      expect(house.report('TASK-001')).toContain('API call failed after');
    });
  },
);
