import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../core/package-root.ts';
import { singleQuoted } from '../core/single-quoted.ts';
import { renderTemplate } from '../core/template.ts';
import { dotenvLine } from './dotenv.ts';
import type { HousePaths } from './paths.ts';
import type { ProvisionedBody, Schedule } from './provision.ts';

/** The model of a house that was told of none: on this machine, by Ollama. */
export const LOCAL_MODEL = { model: 'qwen3:8b', baseUrl: 'http://127.0.0.1:11434/v1' };

/** Everything that the files of a house depend on, decided. */
export interface HouseDesign {
  wizard: string;
  root: string;
  paths: HousePaths;
  role: string;
  father: string | null;
  model: string;
  provider: string;
  baseUrl: string | null;
  /** Whether there is a key for it. */
  modelKey: boolean;
  body: ProvisionedBody;
  port: number | null;
  robe: number | null;
  schedule: Schedule;
  /** Whether the queue is one that Robed makes. */
  ownQueue: boolean;
  /** Absolute: the Hermes that the houses share. */
  shared: string;
}

/** Where the key of a model stands: a variable of home/.env, that Hermes reads or config.yaml names. */
export function keyVariable(provider: string): string {
  if (provider === 'custom') return 'MODEL_API_KEY';
  return `${provider.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`;
}

/** `home/config.yaml`, as Hermes 0.19 and later run with it. */
export function configText(design: HouseDesign): string {
  const { provider, baseUrl, modelKey, port } = design;
  const endpoint = [
    ...(baseUrl === null ? [] : [`  base_url: ${scalar(baseUrl)}\n`]),
    // Hermes sends a key of its environment to that provider's own host only.
    ...(modelKey && provider === 'custom' ? [`  api_key: \${${keyVariable(provider)}}\n`] : []),
  ];
  const platforms =
    port === null
      ? ''
      : `
# The API that Robed asks; its key is API_SERVER_KEY in \`.env\`. No messenger is switched on.
platforms:
  api_server:
    enabled: true
    extra:
      host: 127.0.0.1
      port: ${port}
`;
  return render('config.yaml', {
    model: scalar(design.model),
    provider: scalar(provider),
    endpoint: endpoint.join(''),
    workspace: scalar(design.paths.workspace),
    platforms,
  });
}

export function houseText(design: HouseDesign): string {
  const { body, port, robe, father, paths } = design;
  const bodies = ['  # Who may do the work.\n'];
  bodies.push(`  allow: [${[...new Set(['shell', body])].join(', ')}]\n`);
  if (body === 'model') {
    bodies.push('  model:\n', `    endpoint: ${scalar(design.baseUrl ?? LOCAL_MODEL.baseUrl)}\n`);
    bodies.push(`    name: ${scalar(design.model)}\n`);
    if (design.modelKey)
      bodies.push(`    key: {file: ${relative(paths.house, modelKeyPath(paths))}}\n`);
  }
  const gateways = [
    ...(port === null
      ? []
      : ['\ngateway:\n', '  # Hermes’ API, as home/config.yaml has it.\n', `  port: ${port}\n`]),
    ...(robe === null ? [] : ['\nrobe:\n', '  kind: openclaw\n', `  port: ${robe}\n`]),
  ];
  const jobs = Object.entries(design.schedule).map(([job, when]) =>
    when === false ? `  ${job}: false\n` : `  ${job}: ${scalar(when)}\n`,
  );
  const text = render('house.yaml', {
    wizard: design.wizard,
    role: scalar(design.role),
    family: father === null ? '' : `father: ${father}\n`,
    adopted: design.ownQueue
      ? '  # Robed made this queue itself, so its commands may be run.\n  adopted: true'
      : '  # It was there before: `robed adopt` shows what is in it, and takes it over.\n  adopted: false',
    bodies: bodies.join(''),
    gateways: gateways.join(''),
    schedule: jobs.length === 0 ? '' : ['\nschedule:\n', ...jobs].join(''),
  });
  return `${text.trimEnd()}\n`;
}

/** `home/.env`; `keys.api` and `keys.model` are secrets, or words that stand for them. */
export function envText(
  design: HouseDesign,
  keys: { api: string | null; model: string | null },
): string {
  const lines = [
    `# The secrets of ${design.wizard}: for its owner only (mode 0600), never in git.\n`,
  ];
  if (keys.api !== null) lines.push(dotenvLine('API_SERVER_KEY', keys.api));
  if (keys.model !== null) lines.push(dotenvLine(keyVariable(design.provider), keys.model));
  return lines.join('');
}

export const modelKeyPath = (paths: HousePaths): string => join(paths.home, 'model.key');

export function startText({ wizard, root, paths, shared }: HouseDesign): string {
  const near = relative(root, shared);
  // A path below the root is written from the house, so that the household can be moved.
  const path = near.startsWith('..')
    ? quoted(shared)
    : `$house/${relative(paths.house, root)}${quoted(`/${near}`)}`;
  return render('start-gateway.sh', { wizard, shared: path });
}

export const ignoreText = (): string => render('gitignore', {});

export function queueText(wizard: string): string {
  const plain = join(packageRoot(), 'templates', 'house', 'home', 'WORK-QUEUE.md');
  return renderTemplate(readFileSync(plain, 'utf8'), { wizard });
}

function render(file: string, values: Record<string, string>): string {
  const path = join(packageRoot(), 'templates', 'provision', file);
  return renderTemplate(readFileSync(path, 'utf8'), values);
}

/** A YAML scalar: bare where it is nothing but a plain word, else in JSON's quotes, which are YAML's. */
const scalar = (text: string): string =>
  /^[a-zA-Z/][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);

/** A path as a shell takes it. */
export const quoted = (path: string): string =>
  /^[\w./-]*$/.test(path) ? path : singleQuoted(path);
