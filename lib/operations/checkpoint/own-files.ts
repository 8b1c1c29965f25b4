import { closeSync, type Dirent, existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { errorCode } from '../../core/errors.ts';
import type { House } from '../../houses/household.ts';
import { openPlain } from '../../platform/plain-file.ts';

/** A file that a checkpoint does not take, and why. */
export interface LeftOut {
  path: string;
  why: string;
}

/** What a checkpoint may keep of a house; paths relative to it, with `/`. */
export interface OwnFiles {
  files: string[];
  left: LeftOut[];
}

/** git is no place for more; a body may leave gigabytes. */
const LARGEST = 5 * 1024 * 1024;

const UNREADABLE = 'it can’t be read';

/** Secrets, databases, locks and what a running program keeps, wherever they stand. */
const NEVER: readonly RegExp[] = [
  /^\.(?!gitignore$)/,
  /\.(?:db|sqlite3?)(?:-\w+)?$/i,
  /\.(?:key|pem|p12|pfx|lock|pid|guard|holder|sock)$/i,
  /^(?:auth|credentials?|secrets?)(?:\..+)?\.(?:json|ya?ml|toml|txt)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /^gateway[._]/,
  /^heartbeat\.json$/,
];

/**
 * The house's own files by an allow-list: settings, charter, queue, reports, memories. Links and
 * repositories within are not followed: what they lead to is somebody else's.
 */
export function ownFiles(house: House): OwnFiles {
  const { single, folders } = places(house);
  const found: OwnFiles = { files: [], left: [] };
  const root = house.paths.house;
  for (const path of single) take(root, path, found);
  for (const folder of folders) walk(root, folder, found);
  return { files: [...new Set(found.files)].sort(), left: found.left };
}

/** Is this path, which HEAD has, one that a checkpoint answers for? */
export function isOwn(house: House, path: string): boolean {
  const { single, folders, pages } = places(house);
  if (!isFit(path) || path.split('/').some(isNever)) return false;
  if (path.endsWith('.md') && pages.includes(dirname(path))) return true;
  return single.includes(path) || folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Where such paths are, for git to look at no more than these. */
export function ownPathspecs(house: House): string[] {
  const { single, folders, pages } = places(house);
  return [
    ...[...single, ...folders].map((path) => `:(literal)${path}`),
    ...pages.map((folder) => `:(glob)${folder === '.' ? '' : `${folder}/`}*.md`),
  ];
}

/** Gone by itself, and not because something on the way to it became a link, or is closed to us. */
export const isGone = (root: string, path: string): boolean =>
  readable(() => isMissing(root, path)) ?? false;

function isMissing(root: string, path: string): boolean {
  if (lstatSync(join(root, path), { throwIfNoEntry: false })) return false;
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    const entry = lstatSync(join(root, at), { throwIfNoEntry: false });
    if (entry && !entry.isDirectory()) return false;
  }
  return true;
}

/** `pages`: folders of which every Markdown file counts, those below them not. */
function places({ paths }: House): { single: string[]; folders: string[]; pages: string[] } {
  const root = paths.house;
  const inside = (path: string) => relative(root, path).split(sep).join('/');
  const here = (path: string) => path !== '' && path !== '..' && !path.startsWith('../');
  const written = [root, paths.home].flatMap((folder) =>
    list(folder)
      .filter((entry) => entry.name.endsWith('.md'))
      .map((entry) => inside(join(folder, entry.name))),
  );
  const named = [
    paths.settings,
    paths.startGateway,
    join(root, '.gitignore'),
    paths.soul,
    paths.config,
    paths.queue,
  ].map(inside);
  const folders = [
    paths.completed,
    paths.archive,
    paths.quarantine,
    paths.reports,
    paths.inbox,
    join(paths.home, 'memories'),
  ].map(inside);
  return {
    single: [...new Set([...named, ...written])].filter(here),
    folders: folders.filter(here),
    pages: ['.', inside(paths.home)],
  };
}

function walk(root: string, folder: string, found: OwnFiles): void {
  const path = join(root, folder);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return;
  const own = existsSync(join(path, '.git')) ? 'it is a repository of its own' : null;
  const why = entry.isSymbolicLink() ? 'it is a link' : (own ?? whyNotIn(root, folder));
  if (why !== null) {
    found.left.push({ path: folder, why });
  } else if (entry.isDirectory()) {
    const children = readable(() => list(path));
    if (children === null) found.left.push({ path: folder, why: UNREADABLE });
    for (const child of children ?? []) {
      const inner = `${folder}/${child.name}`;
      if (isNever(child.name)) continue;
      if (child.isDirectory()) walk(root, inner, found);
      else take(root, inner, found);
    }
  }
}

function take(root: string, path: string, found: OwnFiles): void {
  const entry = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (!entry || path.split('/').some(isNever)) return;
  const why = whyNot(root, path, entry);
  if (why === null) found.files.push(path);
  else found.left.push({ path, why });
}

function whyNot(root: string, path: string, entry: ReturnType<typeof lstatSync>): string | null {
  if (entry?.isSymbolicLink()) return 'it is a link';
  if (!entry?.isFile()) return 'it is no regular file';
  if (Number(entry.size) > LARGEST) return `it is larger than ${LARGEST / 1024 / 1024} MB`;
  if (!isFit(path)) return 'its name is not fit for git';
  const above = whyNotIn(root, dirname(path));
  if (above !== null) return above;
  const file = readable(() => openPlain(join(root, path)) ?? undefined);
  if (file !== undefined && file !== null) closeSync(file);
  return file === null ? UNREADABLE : null;
}

/** Why nothing in this folder is the house's: it, or one above it, leads or belongs elsewhere. */
function whyNotIn(root: string, folder: string): string | null {
  for (let at = folder; at !== '.'; at = dirname(at)) {
    const path = join(root, at);
    if (lstatSync(path).isSymbolicLink()) return 'a folder above it is a link';
    if (existsSync(join(path, '.git'))) return 'it is in a repository of its own';
  }
  return null;
}

/** Names that are no UTF-8 come back from git as others; of the rest, some are magic to it. */
const isFit = (path: string): boolean => !/^:|[\n\ufffd]|(?:^|\/)git~1/i.test(path);

const isNever = (name: string): boolean => NEVER.some((shape) => shape.test(name));

function list(folder: string): Dirent[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true });
}

/** null where another account closed it to us: somebody else's program may have left it. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'EACCES') return null;
    throw error;
  }
}
