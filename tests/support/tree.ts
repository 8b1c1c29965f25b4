import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder: path to mode and content, links by their target. */
export function treeOf(root: string, skip: RegExp = /$^/): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (skip.test(name)) continue;
    const path = join(root, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) found[name] = `→ ${readlinkSync(path)}`;
    else found[name] = stat.isFile() ? `${mode} ${readFileSync(path, 'latin1')}` : mode;
  }
  return found;
}
