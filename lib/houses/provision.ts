import type { HermesConfig } from './hermes-config.ts';
import type { HousePaths } from './paths.ts';
import type { HouseSettings, ScheduledJob } from './settings.ts';

/** Who does the work of a new house beside the shell. */
export const PROVISIONED_BODIES = ['hermes', 'shell', 'model', 'openclaw', 'external'] as const;

export type ProvisionedBody = (typeof PROVISIONED_BODIES)[number];

/** What a house is to be; absent where nobody said. */
export interface Wishes {
  model?: string;
  baseUrl?: string;
  provider?: string;
  /** The model's key itself: never shown, never logged. */
  modelKey?: string;
  role?: string;
  father?: string;
  body?: ProvisionedBody;
  robe?: { port: number | null };
  codebase?: Codebase;
  port?: number;
  schedule?: Schedule;
}

/** Where a house's Hermes comes from; `path` is absolute. */
export type Codebase = { type: 'folder'; path: string } | { type: 'clone'; url: string };

/** Jobs that differ from the defaults of house.yaml. */
export type Schedule = Partial<Record<ScheduledJob, string | false>>;

type Kind = 'file' | 'folder' | 'link' | 'other';

/** What stands in the place of a house, as the planner wants to know it. */
export interface HouseSnapshot {
  root: string;
  name: string;
  paths: HousePaths;
  /** Kind of what stands at an absolute path of `paths`; none where nothing does. */
  kinds: ReadonlyMap<string, Kind>;
  settings: HouseSettings | null;
  config: HermesConfig | null;
  /** home/.env. */
  variables: Readonly<Record<string, string>>;
  /** What an interrupted provision left of its intentions. */
  begun: Begun | null;
  repository: Repository;
}

/**
 * `committed`: the house's own, with a first commit; `empty`: without one. `outer`: its files belong
 * to a repository around it. `unknown`: there is no git to ask.
 */
type Repository = 'none' | 'empty' | 'committed' | 'outer' | 'unknown';

/** `.provisioning`, from the first step until house.yaml stands: what a second try must not decide anew. */
export interface Begun {
  version: 1;
  port: number | null;
  robe: number | null;
  /** The queue was not there, so the one that is there since is Robed's. */
  queue: boolean;
}

/** One atomic change. `path` is absolute. */
export type Step =
  | { type: 'folder'; path: string; mode: number }
  /** `shown`: the content for people's eyes, without secrets. */
  | { type: 'file'; path: string; mode: number; content: string; shown: string }
  | { type: 'link'; path: string; target: string }
  | { type: 'clone'; path: string; url: string }
  | { type: 'remove'; path: string }
  /** `git init` and a first commit of these files, relative to the house. */
  | { type: 'repository'; path: string; files: string[] };

export interface Plan {
  steps: Step[];
  /** What a person should know: differences that were left alone, things that are missing. */
  notes: string[];
  port: number | null;
  robe: number | null;
  role: string;
}
