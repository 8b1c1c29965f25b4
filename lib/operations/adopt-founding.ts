import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { safeName } from '../core/names.ts';
import {
  type FoundLayout,
  recogniseLayout,
  renderFoundSettings,
} from '../houses/founding-layout.ts';
import { readHermesConfig } from '../houses/hermes-config.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { readSnapshot } from '../platform/snapshot.ts';
import { readText } from '../queue/reading.ts';
import type { Adoption } from './adopt.ts';
import { refuseInsideRun } from './change-task.ts';
import { surveyQueue } from './survey.ts';

/** A folder that is no house yet, and what taking it over would mean. */
export interface FoundHouse extends Adoption {
  layout: FoundLayout;
  /** Triggers and reports that stand there, by file name. */
  triggers: string[];
  reports: number;
  /** The house.yaml that makes it a house. */
  settings: string;
}

/** True where the wizard's folder is there and no house.yaml makes it a house. */
export function isUnadoptedFolder(root: string, wizard: string): boolean {
  if (!/^[a-z0-9][a-z0-9_-]{0,31}$/.test(wizard)) return false;
  const folder = join(root, 'wizards', wizard);
  return existsSync(folder) && !existsSync(join(folder, 'house.yaml'));
}

/**
 * Look at such a folder, and with `apply` write its house.yaml. No other byte of it changes: what
 * the house lacks is made when it is first worked in. Throws UserError where there is no queue.
 */
export async function adoptFoundHouse(
  root: string,
  wizard: string,
  options: { apply: boolean; now: number; environment: NodeJS.ProcessEnv },
): Promise<FoundHouse> {
  refuseInsideRun(options.environment, 'adopt');
  const folder = join(root, 'wizards', wizard);
  const layout = recogniseLayout(folder);
  const snapshot = layout && readSnapshot(join(folder, layout.queue));
  if (layout === null || snapshot === null) {
    throw new UserError(`expected a house at ${folder}, found neither house.yaml nor a queue`, {
      exitCode: EXIT.config,
      hint: `a queue is WORK-QUEUE.md there or in home/; \`robed provision ${wizard}\` makes a new house`,
    });
  }
  const queue = join(folder, layout.queue);
  const reading = readText(queue, snapshot.bytes, snapshot.hash);
  const { readOnly } = reading.doc;
  const config = readHermesConfig(join(folder, 'home', 'config.yaml'));
  const hermes = config && { port: config.enabled ? config.port : null };
  const settings = renderFoundSettings(layout, hermes);
  if (options.apply) {
    if (readOnly !== null) {
      throw new UserError(`the queue can't be adopted: ${readOnly}`, {
        file: queue,
        exitCode: EXIT.config,
      });
    }
    createExclusive(join(folder, 'house.yaml'), settings, { mode: 0o644 });
  }
  const triggers = filesIn(join(folder, layout.work)).filter((file) => file.endsWith('.active'));
  const survey = await surveyQueue(reading, options.now);
  return {
    queue,
    adopted: options.apply,
    ...survey,
    // What somebody else has begun is not begun again.
    next: survey.next.filter(({ task }) => !triggers.includes(`${safeName(task)}.active`)),
    layout,
    triggers,
    reports: filesIn(join(folder, layout.completed)).filter((file) => file.endsWith('.txt')).length,
    settings,
  };
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => !file.startsWith('.'))
        .sort()
    : [];
