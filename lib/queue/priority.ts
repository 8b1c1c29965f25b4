import { isDigit, isPlainWords } from './characters.ts';

/** Priority words; 0 is the most urgent. */
const WORDS: Readonly<Record<string, number>> = {
  critical: 0,
  urgent: 0,
  blocker: 0,
  highest: 0,
  immediate: 0,
  emergency: 0,
  asap: 0,
  high: 1,
  major: 1,
  important: 1,
  medium: 2,
  med: 2,
  normal: 2,
  moderate: 2,
  mid: 2,
  default: 2,
  low: 3,
  minor: 3,
  lowest: 4,
  trivial: 4,
  optional: 4,
  'nice to have': 4,
  最高: 0,
  紧急: 0,
  緊急: 0,
  高: 1,
  中: 2,
  低: 3,
  kritik: 0,
  acil: 0,
  yüksek: 1,
  yuksek: 1,
  orta: 2,
  düşük: 3,
  dusuk: 3,
  hoch: 1,
  mittel: 2,
  niedrig: 3,
  haute: 1,
  moyenne: 2,
  basse: 3,
  alta: 1,
  media: 2,
  média: 2,
  baja: 3,
  baixa: 3,
};

/** Coloured balls in priority's order, and Obsidian Tasks' arrows. */
const EMOJI: Readonly<Record<string, number>> = {
  '🔴': 0,
  '🚨': 0,
  '🔥': 0,
  '🟥': 0,
  '🔺': 0,
  '🟠': 1,
  '🟧': 1,
  '⏫': 1,
  '🟡': 2,
  '🟨': 2,
  '🔼': 2,
  '🟢': 3,
  '🟩': 3,
  '🔵': 3,
  '🔽': 3,
  '⚪': 4,
  '⏬': 4,
};

const SMALL_P = 112;

/** The priority a whole value names: `P1`, `High`, `🔴 Critical`, `2`, `(A)`, `[#B]`, `P0 – now`. */
export function readPriority(value: string): number | null {
  if (value.length === 2 && (value.charCodeAt(0) | 32) === SMALL_P && isDigit(value.charCodeAt(1)))
    return value.charCodeAt(1) - 48;
  return readAnyPriority(value);
}

function readAnyPriority(value: string): number | null {
  const text = value
    .slice(0, 40)
    .replace(/[*_`~[\]()]/g, '')
    .trim();
  const numbered = /^(?:p|priority\s*|prio\s*)?[\s:#-]*(\d)(?![\d.])/i.exec(text);
  if (numbered !== null) return Number(numbered[1]);
  const code = text.codePointAt(0);
  if (code === undefined) return null;
  const emoji = EMOJI[String.fromCodePoint(code)];
  const word = text.replace(/^[^\p{L}\p{N}]+/u, '');
  if (/^p\d(?!\w)/i.test(word)) return Number(word.charAt(1));
  return priorityOfWord(word) ?? emoji ?? letter(text);
}

/** The priority of an emoji's base character, or null. */
export function priorityOfEmoji(base: string): number | null {
  return EMOJI[base] ?? null;
}

/** The priority of the words a text starts with, or null. */
export function priorityOfWord(text: string): number | null {
  const lower = text.toLowerCase();
  if (lower.startsWith('nice to have') || lower.startsWith('nice-to-have')) return 4;
  const word = isPlainWords(lower) ? lower.split(' ', 1)[0] : leadingWord(lower);
  return word !== undefined && Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}

/** The priority that a section's heading sets: `P0`, `🔴 Critical`, `High priority`, `Priority 1: …`. */
export function sectionPriority(title: string): number | null {
  const text = title.trim();
  return isPlainWords(text) && priorityOfWord(text) === null ? null : titlePriority(text);
}

function titlePriority(text: string): number | null {
  const direct = /(?:^|[^\w.-])p(\d)(?![\w.-]*\d)(?!\w)/i.exec(text.slice(0, 60));
  if (direct !== null) return Number(direct[1]);
  const named = /\bpriority\s*[:#-]?\s*(\d)\b/i.exec(text.slice(0, 60));
  if (named !== null) return Number(named[1]);
  const word = text.replace(/^[^\p{L}]+/u, '');
  const value = priorityOfWord(word);
  if (
    value !== null &&
    (/priorit|prio\b/i.test(text) ||
      /^[\p{L}]+[^\p{L}]*(?:\(|:|$|—|–| - |tasks?\b|items?\b)/u.test(word))
  ) {
    return value;
  }
  const priorityFirst = /^priority\s*[:—–-]\s*(.+)$/i.exec(word);
  if (priorityFirst !== null) return priorityOfWord(priorityFirst[1] ?? '');
  const code = text.codePointAt(0);
  const emoji = code === undefined ? undefined : EMOJI[String.fromCodePoint(code)];
  return emoji !== undefined && value !== null ? value : (emoji ?? null);
}

function leadingWord(text: string): string | undefined {
  return /^[\p{L}]+/u.exec(text)?.[0];
}

function letter(text: string): number | null {
  return /^[A-E]$/.test(text) ? text.charCodeAt(0) - 65 : null;
}
