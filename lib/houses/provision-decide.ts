import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { isListening, listenersOf } from '../platform/network.ts';
import { findCharter } from './charter.ts';
import { hermesOf, programIn, sharedCodebase } from './codebase.ts';
import { portsInUse } from './ports.ts';
import type { Codebase, HouseSnapshot, Wishes } from './provision.ts';
import type { Decided } from './provision-plan.ts';
import { checkPort, nextFreePort, nextRobePort, type PortsSight } from './provision-port.ts';
import { quoted } from './provision-texts.ts';
import { readHouseholdSettings } from './read-settings.ts';

/**
 * Decide what the plan can't: ports, where Hermes is, whose charter. `notes` say what a person should
 * know of it. Throws UserError where something asked for can't be had.
 */
export async function decide(
  wishes: Wishes,
  seen: HouseSnapshot,
  key: string,
): Promise<{ decided: Decided; notes: string[] }> {
  const { root, name } = seen;
  checkOwnHome(seen);
  const household = readHouseholdSettings(root);
  const sight: PortsSight = {
    name,
    held: portsInUse(root),
    household: household.ports,
    listening: isListening,
    listeners: listenersOf,
  };
  const notes: string[] = [];
  const port = await choosePort(wishes, seen, sight, notes);
  const robe = await chooseRobe(wishes, seen, sight, notes);
  if (port !== null && port === robe) {
    throw new UserError(
      `expected two ports, one for the gateway and one for the robe, found ${port}`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  const shared = sharedCodebase(root, household.codebase);
  const codebase = chooseCodebase(wishes.codebase, shared);
  const charter = findCharter(name, wishes.role);
  const decided = { household, charter, port, robe, codebase, shared, key };
  if (port !== null) notes.push(...codebaseNotes(seen, decided, household.codebase));
  notes.push(...familyNotes(wishes, seen, decided));
  return { decided, notes };
}

/** Said before what its files would say: the port, the key and the memory are the other's. */
function checkOwnHome({ root, name, paths }: HouseSnapshot): void {
  if (!existsSync(paths.home)) return;
  const wizards = realpathSync(join(root, 'wizards'));
  const [owner] = relative(wizards, realpathSync(paths.home)).split(sep);
  if (owner === name || owner === '..') return;
  throw new UserError(
    `expected ${paths.home} to be a folder of its own, found a link to ${owner}'s`,
    {
      hint: 'two wizards would share one memory: put a folder where the link is',
      exitCode: EXIT.config,
    },
  );
}

/** null: a house without a gateway. What a file of the house says counts before what is asked for. */
async function choosePort(
  wishes: Wishes,
  { settings, config, begun }: HouseSnapshot,
  sight: PortsSight,
  notes: string[],
): Promise<number | null> {
  const said = settings === null ? config?.port : (settings.gateway?.port ?? config?.port ?? null);
  const wanted = said === undefined || said === null ? (wishes.port ?? begun?.port) : said;
  if (settings !== null && said === null) {
    if (wishes.port === undefined && wishes.body !== 'hermes') return null;
    const free = wishes.port ?? (await nextFreePort(sight));
    notes.push(
      `house.yaml is yours and gives this house no gateway; one would be: \`gateway: {port: ${free}}\` there, ` +
        `and \`platforms: {api_server: {enabled: true, extra: {host: 127.0.0.1, port: ${free}}}}\` in home/config.yaml`,
    );
    return null;
  }
  if (wanted === undefined || wanted === null) {
    return (wishes.body ?? 'hermes') === 'hermes' ? nextFreePort(sight) : null;
  }
  const mine = settings !== null || begun?.port === wanted;
  notes.push(...(await checkPort(sight, wanted, mine)));
  return wanted;
}

async function chooseRobe(
  { robe }: Wishes,
  { settings, begun }: HouseSnapshot,
  sight: PortsSight,
  notes: string[],
): Promise<number | null> {
  if (settings !== null) return settings.robe?.port ?? null;
  if (robe === undefined) return null;
  const wanted = robe.port ?? begun?.robe ?? (await nextRobePort(sight));
  notes.push(...(await checkPort(sight, wanted, begun?.robe === wanted)));
  return wanted;
}

function chooseCodebase(wish: Codebase | undefined, shared: string): Codebase | null {
  if (wish === undefined) return isFolder(shared) ? { type: 'folder', path: shared } : null;
  if (wish.type === 'clone' || isFolder(wish.path)) return wish;
  throw new UserError(`expected a folder with Hermes at ${wish.path}, found none`, {
    hint: 'name a checkout, a virtual environment, or the address of a git repository',
    exitCode: EXIT.usage,
  });
}

function codebaseNotes(
  { paths, root, name, kinds }: HouseSnapshot,
  { codebase, shared }: Decided,
  named: string | undefined,
): string[] {
  if (hermesOf(paths, shared) !== null) return [];
  if (kinds.has(paths.codebase) && !existsSync(paths.codebase)) {
    return [`hermes-agent is a link that leads nowhere: remove it, and provision again`];
  }
  if (kinds.has(paths.codebase) || codebase?.type === 'clone') {
    return [
      'hermes-agent has no program yet: in it, `python3 -m venv venv && venv/bin/pip install -e . aiohttp`',
    ];
  }
  if (codebase !== null && programIn(codebase.path) !== null) return [];
  if (codebase !== null) {
    return [`${codebase.path} has no program hermes in its venv, .venv or bin yet`];
  }
  const where = named === undefined ? '' : ` (robed.yaml names ${named}, which isn’t there)`;
  return [
    `there is no Hermes to link to${where}: \`robed body install hermes --root ${quoted(root)}\` brings it, then provision ${name} again`,
  ];
}

/** Who reports go to, and who judges, where the household does not know yet. */
function familyNotes(
  wishes: Wishes,
  { root, name }: HouseSnapshot,
  { household, charter }: Decided,
): string[] {
  const notes: string[] = [];
  const father = wishes.father ?? charter.father;
  if (father !== null && father !== name && !isFolder(join(root, 'wizards', father))) {
    notes.push(`its father ${father} has no house here yet: \`robed provision ${father}\``);
  }
  for (const place of ['sovereign', 'father'] as const) {
    if (charter.is === place && household[place] === undefined) {
      notes.push(`robed.yaml names no ${place} yet: write \`${place}: ${name}\` there`);
    }
  }
  return notes;
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
