import { join, relative } from 'node:path';
import { type Charter, renderCharter } from './charter.ts';
import type { HouseholdSettings } from './household-settings.ts';
import { houseFolders } from './paths.ts';
import type { Begun, Codebase, HouseSnapshot, Plan, Step, Wishes } from './provision.ts';
import { begunPath, renderBegun } from './provision-begun.ts';
import { differences } from './provision-differences.ts';
import * as texts from './provision-texts.ts';

/** Only the owner reads what a wizard knows. */
const PRIVATE = 0o700;

/** Shown where a secret will stand. */
const FRESH = '<a fresh key>';
const GIVEN = '<the model’s key>';

/** What was decided before the plan is made: it needs the network, other houses, or chance. */
export interface Decided {
  household: HouseholdSettings;
  charter: Charter;
  port: number | null;
  robe: number | null;
  /** What the house's hermes-agent is to be; null where there is no Hermes to be had. */
  codebase: Codebase | null;
  /** Absolute. */
  shared: string;
  /** For API_SERVER_KEY: 32 random bytes in hex. */
  key: string;
}

/**
 * What has to be made so that a house stands: only what is not there yet. Pure. house.yaml comes
 * after all else that a tick needs, since a folder with one is a house.
 */
export function planProvision(wishes: Wishes, seen: HouseSnapshot, decided: Decided): Plan {
  const { paths, kinds, settings } = seen;
  const design = designOf(wishes, seen, decided);
  const steps: Step[] = [];
  const missing = (path: string) => !kinds.has(path);
  const file = (path: string, content: string, mode = 0o644, shown = content) => {
    if (missing(path)) steps.push({ type: 'file', path, mode, content, shown });
  };

  if (missing(paths.house)) steps.push({ type: 'folder', path: paths.house, mode: 0o755 });
  const begun: Begun = {
    version: 1,
    port: design.port,
    robe: design.robe,
    queue: design.ownQueue,
  };
  if (settings === null) file(begunPath(paths.house), renderBegun(begun), 0o600);
  for (const path of houseFolders(seen.paths)) {
    if (missing(path)) steps.push({ type: 'folder', path, mode: PRIVATE });
  }
  if (missing(paths.codebase) && decided.codebase) steps.push(codebaseStep(seen, decided.codebase));
  file(paths.soul, renderCharter(decided.charter, charterValues(design, decided)));
  if (settings === null) file(paths.queue, texts.queueText(seen.name));
  const keys = {
    api: design.port === null ? null : { secret: decided.key, shown: FRESH },
    model: wishes.modelKey === undefined ? null : { secret: wishes.modelKey, shown: GIVEN },
  };
  if (settings === null || keys.api !== null || keys.model !== null) {
    const text = (what: 'secret' | 'shown') =>
      texts.envText(design, { api: keys.api?.[what] ?? null, model: keys.model?.[what] ?? null });
    file(paths.env, text('secret'), 0o600, text('shown'));
  }
  if (design.body === 'model' && keys.model !== null) {
    file(texts.modelKeyPath(paths), `${keys.model.secret}\n`, 0o600, `${GIVEN}\n`);
  }
  file(paths.config, texts.configText(design), 0o600);
  if (design.port !== null) file(paths.startGateway, texts.startText(design), 0o755);
  if (seen.repository !== 'outer') file(join(paths.house, '.gitignore'), texts.ignoreText());
  file(paths.settings, texts.houseText(design));
  if (settings === null || seen.begun !== null) {
    steps.push({ type: 'remove', path: begunPath(paths.house) });
  }
  if (seen.repository === 'none' || seen.repository === 'empty') {
    steps.push({ type: 'repository', path: paths.house, files: committedFiles(seen, steps) });
  }
  const notes = differences(wishes, seen, design);
  return { steps, notes, port: design.port, robe: design.robe, role: design.role };
}

function designOf(wishes: Wishes, seen: HouseSnapshot, decided: Decided): texts.HouseDesign {
  const { settings, config, paths } = seen;
  const { household, charter, port, robe } = decided;
  const provider = wishes.provider ?? config?.provider ?? 'custom';
  const father = wishes.father ?? charter.father;
  return {
    wizard: seen.name,
    root: seen.root,
    paths,
    role: wishes.role ?? settings?.role ?? charter.describes,
    father: father === seen.name || father === household.father ? null : father,
    model: wishes.model ?? config?.model ?? texts.LOCAL_MODEL.model,
    provider,
    baseUrl: wishes.baseUrl ?? (provider === 'custom' ? texts.LOCAL_MODEL.baseUrl : null),
    modelKey: wishes.modelKey !== undefined,
    body: wishes.body ?? 'hermes',
    port,
    robe,
    schedule: wishes.schedule ?? {},
    ownQueue: seen.begun?.queue ?? !seen.kinds.has(paths.queue),
    shared: decided.shared,
  };
}

function charterValues(design: texts.HouseDesign, { household, codebase }: Decided) {
  const father = design.father ?? household.father ?? null;
  return {
    wizard: design.wizard,
    father: father === design.wizard ? null : father,
    sovereign: household.sovereign === design.wizard ? null : (household.sovereign ?? null),
    codebase: codebase?.type === 'folder' ? relativeIn(design.root, codebase.path) : null,
  };
}

function codebaseStep({ paths, root }: HouseSnapshot, codebase: Codebase): Step {
  const path = paths.codebase;
  if (codebase.type === 'clone') return { type: 'clone', path, url: codebase.url };
  const near = relativeIn(root, codebase.path) !== codebase.path;
  const target = near ? relative(paths.house, codebase.path) : codebase.path;
  return { type: 'link', path, target };
}

/** Relative where it lies below `root`, so that the household can be moved as a whole. */
function relativeIn(root: string, path: string): string {
  const found = relative(root, path);
  return found.startsWith('..') ? path : found;
}

/** By path, so that nothing else that lies there is ever part of it. A config.yaml with a key in it is not. */
function committedFiles({ paths, config, kinds }: HouseSnapshot, steps: readonly Step[]): string[] {
  const { house, settings, startGateway, soul, queue } = paths;
  const made = new Set(steps.flatMap((step) => (step.type === 'file' ? [step.path] : [])));
  const files = [join(house, '.gitignore'), settings, startGateway, soul, queue];
  if (made.has(paths.config) || config?.secret === false) files.push(paths.config);
  return files
    .filter((path) => made.has(path) || kinds.get(path) === 'file')
    .map((path) => relative(house, path));
}
