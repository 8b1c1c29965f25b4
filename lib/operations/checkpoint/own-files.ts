import { type Dirent, existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { House } from '../../houses/household.ts';

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
  const { single, folders } = places(house);
  if (path.split('/').some(isNever)) return false;
  return single.includes(path) || folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Gone by itself, and not because something on the way to it became a link. */
export function isGone(root: string, path: string): boolean {
  if (lstatSync(join(root, path), { throwIfNoEntry: false })) return false;
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    const entry = lstatSync(join(root, at), { throwIfNoEntry: false });
    if (entry && !entry.isDirectory()) return false;
  }
  return true;
}

function places({ paths }: House): { single: string[]; folders: string[] } {
  const root = paths.house;
  const inside = (path: string) => relative(root, path).split(sep).join('/');
  const here = (path: string) => path !== '' && path !== '..' && !path.startsWith('../');
  const pages = [root, paths.home].flatMap((folder) =>
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
  return { single: [...new Set([...named, ...pages])].filter(here), folders: folders.filter(here) };
}

function walk(root: string, folder: string, found: OwnFiles): void {
  const path = join(root, folder);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return;
  if (entry.isSymbolicLink()) {
    found.left.push({ path: folder, why: 'it is a link' });
  } else if (existsSync(join(path, '.git'))) {
    found.left.push({ path: folder, why: 'it is a repository of its own' });
  } else if (entry.isDirectory()) {
    for (const child of list(path)) {
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
  // Names that are no UTF-8 come back from git as others; a colon in front is magic to it.
  if (/^:|[\n\ufffd]/.test(path)) return 'its name is not fit for git';
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    if (!lstatSync(join(root, at)).isDirectory()) return 'a folder above it is a link';
  }
  return null;
}

const isNever = (name: string): boolean => NEVER.some((shape) => shape.test(name));

function list(folder: string): Dirent[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true });
}
