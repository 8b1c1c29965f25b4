import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFrontMatter } from '../core/front-matter.ts';
import { packageRoot } from '../core/package-root.ts';
import { renderTemplate } from '../core/template.ts';

/** A SOUL.md to provision from: a file of templates/charters, or the plain one. */
export interface Charter {
  /** Its file's name without `.md`; null: the plain one. */
  name: string | null;
  /** One word or two, by which `--role` finds it. */
  role: string;
  /** What house.yaml says as `role`. */
  describes: string;
  /** The house that its wizard's reports go to, where the charter says. */
  father: string | null;
  /** What its wizard is to the whole household, as robed.yaml would name it. */
  is: 'sovereign' | 'father' | null;
  /** Markdown with `{{tokens}}`. */
  text: string;
}

/** What a charter's tokens stand for. */
export interface CharterValues {
  wizard: string;
  father: string | null;
  sovereign: string | null;
  codebase: string | null;
}

/** The charter that goes by the wizard's name, else the one of the role, else the plain one. */
export function findCharter(wizard: string, role: string | undefined): Charter {
  const charters = readCharters();
  const wanted = role?.trim().toLowerCase();
  return (
    charters.find(({ name }) => name === wizard) ??
    charters.find(({ role: has, is }) => wanted === has || wanted === is) ??
    plainCharter()
  );
}

/** Whatever stands in templates/charters, sorted by name. */
export function readCharters(): Charter[] {
  const folder = join(packageRoot(), 'templates', 'charters');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -3))
    .sort()
    .map((name) => parseCharter(name, readFileSync(join(folder, `${name}.md`), 'utf8')));
}

function parseCharter(name: string, source: string): Charter {
  const { data, body } = readFrontMatter(source);
  const { role, does, father = null, is = null } = data as unknown as FrontMatter;
  return { name, role, describes: `${role}: ${does}`, father, is, text: body };
}

interface FrontMatter {
  role: string;
  does: string;
  father?: string;
  is?: 'sovereign' | 'father';
}

function plainCharter(): Charter {
  return { name: null, role: '', describes: '', father: null, is: null, text: plainSoul() };
}

const plainSoul = (): string =>
  readFileSync(join(packageRoot(), 'templates', 'house', 'home', 'SOUL.md'), 'utf8');

/** How work comes to a wizard is the same for all, so only the plain charter has it. */
const COMMON = '\n## How work comes to you\n';

/** The SOUL.md of one wizard. */
export function renderCharter(charter: Charter, values: CharterValues): string {
  const { wizard, father, sovereign, codebase } = values;
  const plain = plainSoul();
  const text =
    charter.name === null ? plain : `${charter.text}${plain.slice(plain.indexOf(COMMON))}`;
  return renderTemplate(text, {
    wizard,
    title: titleOf(wizard),
    house: `wizards/${wizard}`,
    father: father === null ? 'The father of the household' : titleOf(father),
    sovereign: sovereign === null ? 'The sovereign of the household' : titleOf(sovereign),
    codebase: codebase === null ? 'of Hermes' : `\`${codebase}\``,
  });
}

/** `allegro-primus` → `Allegro-Primus`. */
const titleOf = (wizard: string): string =>
  wizard.replace(/(?<=^|[-_])[a-z]/g, (letter) => letter.toUpperCase());
