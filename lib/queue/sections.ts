import type { Status } from '../core/status.ts';
import { isPlainWords } from './characters.ts';
import { plainText } from './inline.ts';
import { composeWord, statusOfWord } from './words.ts';

/** Words that hold tasks of every kind, or headings of a document about something else. */
const NO_STATES = new Set([
  'queue',
  'backlog',
  'testing',
  'test',
  'qa',
  'validation',
  'verification',
  'fixed',
  'removed',
  'merged',
  'deprecated',
  'error',
  'hold',
  'new',
  'available',
  'live',
  'success',
  'failure',
  'accepted',
  'requested',
  'approved',
  'proposed',
  'started',
  'success',
  'timeout',
  'partial',
  'to verify',
  'verified',
  'passed',
  'released',
  'broken',
  'invalid',
  'duplicate',
  'not needed',
  'blocker',
  'deleted',
  'skip',
  'not done',
  'incomplete',
  'uat',
  'qa testing',
  'corrigé',
  'supprimé',
  'behoben',
  'исправлено',
]);

const FILLER =
  /\s(?:tasks?|items?|work|todos?|queue|list|jobs?|tickets?|cards?|issues?|entries|section|lane|tâches|tareas|stories|features|bugs|projects|things|stuff|aufgaben|punkte|tarefas|görevler|işler|задачи|これ|タスク|任务)$|(?:的|の)?(?:任务|任務|事项|事項|工作|タスク|項目)$/;
const LEADING =
  /^(?:(?:recently|currently|all|the|my|our|work|tasks?|items?|what is|what's|status|section|v?\d+(?:\.\d+)+|tareas|tarefas|tâches|aufgaben|görevler|задачи)\s+)/;

const SINCE =
  /\s(?:today|this (?:week|month|session|sprint)|last (?:week|month)|recently|so far|archive|log|history)$/;

/** The state a section's heading names: `## ✅ Completed (5)`, `## Done — last week`; null for any other. */
export function sectionState(title: string): Status | null {
  const text = plainText(title).slice(0, 100);
  const whole = stateOf(text);
  if (whole !== null) return whole;
  const first = isPlainWords(text) ? text : (text.split(/\s(?:—|–|--?|\|)\s|[:：]/)[0] ?? '');
  return first === text ? null : stateOf(first);
}

/** The state that a heading names only between others that name one: `## Testing`, `## Fixed`. */
export function laneState(title: string): Status | null {
  const text = composeWord(isPlainWords(title) ? title : bareWords(plainText(title).slice(0, 100)));
  return text === 'queue' || text === 'backlog' ? null : (statusOfWord(text) ?? null);
}

/** Names of sections that list the file's words and show its form. */
export function isLegend(title: string): boolean {
  return isNamed(title, LEGEND);
}

/** Names of sections that tell a reader what to do: they may as well be a part of the work. */
export function isGuide(title: string): boolean {
  return isNamed(title, GUIDE);
}

const LEGEND =
  /^(?:(?:task |queue |status )?(?:legend|key|keys)|status(?:es| key| legend| values?| codes?| definitions?| flow| markers?| icons?| labels?| meanings?| types?| options)|legende|how (?:this|it) .*|(?:task |entry |item |queue |file |row |card )?(?:format|template|structure|schema|syntax|anatomy|example|examples)s?|rules?|(?:queue|usage|operating|working|ground|house) rules|conventions?|凡例|ルール|使い方|(?:priority|status|label|symbol|emoji) (?:levels?|key|legend|definitions?|guide|scale|symbols)|how .* works?|lifecycle|(?:task )?states|definitions?)$/i;

const GUIDE =
  /^(?:how (?:this|it|to|the)\b.*|.*\btemplate|instructions?(?: for .*)?|usage|guidelines?|workflow|protocol|for agents|agent (?:instructions|protocol|rules)|readme)$/i;

function isNamed(title: string, names: RegExp): boolean {
  const text = cleanTitle(title);
  if (names.test(text)) return true;
  return !isPlainWords(text) && names.test(text.split(/\s(?:—|–|-)\s/)[0] ?? '');
}

/** Headings that only group tasks, unless they carry an id of their own. */
export function isGrouping(title: string): boolean {
  return /^(?:phase|tier|week|epic|sprint|milestone|stage|part|priority|wave|batch|track|section|group|day|round|iteration|category|area|theme|month|release|version|cycle|quarter|q[1-4]|p\d|lane|workstream|stream|pass|appendix|chapter|level|bucket|cluster|module|overview|summary|session|v\d)(?![\w-])/i.test(
    cleanTitle(title),
  );
}

/** Names of what holds tasks and little else. */
export function namesTasks(title: string): boolean {
  return /tasks?\b|queue|backlog|to-?dos?\b|road-?map|milestone|kanban|\bboard|tracker|\bsprint|\bplan\b|aufgaben|fahrplan|tareas|tarefas|tâches|görev|задач|план|任务|任務|待办|计划|計画|路线图|タスク|작업/iu.test(
    title,
  );
}

/** Lists below these are parts of a task, never tasks. */
export function isAcceptance(title: string): boolean {
  return ACCEPTANCE.has(cleanTitle(title).toLowerCase());
}

const ACCEPTANCE = new Set([
  'acceptance',
  'acceptance criteria',
  'acceptance test',
  'acceptance tests',
  'acceptance checklist',
  'ac',
  'definition of done',
  'dod',
  'done when',
  'success criteria',
  'exit criteria',
  'completion criteria',
  'verification',
  'verification steps',
  'verification checklist',
  'verify',
  'checklist',
  'requirement',
  'requirements',
  'test plan',
  'validation',
  'deliverable',
  'deliverables',
  '受け入れ条件',
]);

function cleanTitle(title: string): string {
  const text = plainText(title).slice(0, 100);
  return isPlainWords(text) ? text : bareTitle(text);
}

function bareTitle(text: string): string {
  return text
    .replace(/^[^\p{L}]+/u, '')
    .replace(/[\s:：.]+$/, '')
    .replace(/\s*\([^()]*\)$/, '');
}

/** Of headings alone; elsewhere `todos` is Spanish for all. */
const TODOS = new Set(['todos', 'to dos', "todo's", 'things to do']);

function stateOf(title: string): Status | null {
  const text = composeWord(isPlainWords(title) ? title : bareWords(title));
  if (text === '') return null;
  const direct = word(text) ?? (TODOS.has(text) ? 'PENDING' : null);
  // One word names a state by itself or not at all.
  return direct !== null || isOneWord(text) ? direct : phraseState(text);
}

function phraseState(text: string): Status | null {
  if (/^(?:blocked|waiting|awaiting) (?:on|by|for)(?: \S+){1,4}$/.test(text)) return 'BLOCKED';
  const words = text.split(' ');
  if (
    words.length === 2 &&
    words.every((one) => statusOfWord(one) === statusOfWord(words[0] ?? '')) &&
    statusOfWord(words[0] ?? '') !== undefined
  )
    return statusOfWord(words[0] ?? '') ?? null;
  const parts = text.split(/\s*(?:\/|&|\+|,|\band\b|\bor\b)\s*/);
  if (text.includes('+') && word(parts[0] ?? '') !== null) return word(parts[0] ?? '');
  if (parts.length < 2 || parts.length > 3) return null;
  const states = parts.map(
    (part) => word(part) ?? (part === 'backlog' || part === 'queue' ? 'PENDING' : null),
  );
  return states.every((state) => state !== null) ? (states[0] ?? null) : null;
}

/** Without what stands around and behind the words: emoji, brackets, a date, a count. */
function bareWords(title: string): string {
  return title
    .replace(/^[^\p{L}[]*\[([^\][]*)\]$/u, '$1')
    .replace(/\([^()]*\)|\[[^\][]*\]|（[^（）]*）/g, ' ')
    .replace(/^[^\p{L}]+/u, '')
    .replace(/\s(?:on|at|since|as of|in|by)\s[\d\p{L}\s,./-]*\d[\d./-]*$/u, '')
    .replace(/[^\p{L}\p{M}'’!]+$/u, '');
}
function word(text: string): Status | null {
  const direct = stateWord(text);
  return direct !== null || isOneWord(text) ? direct : framedWord(text);
}

/** With other words around it: `recently completed tasks`. */
function framedWord(text: string): Status | null {
  const led = text.replace(LEADING, '');
  return (
    stateWord(text.replace(FILLER, '')) ??
    stateWord(led) ??
    stateWord(led.replace(FILLER, '')) ??
    stateWord(text.replace(SINCE, ''))
  );
}

/** Of a text in which white space is one space. */
function isOneWord(text: string): boolean {
  return isPlainWords(text) && !text.includes(' ');
}

function stateWord(text: string): Status | null {
  return NO_STATES.has(text) ? null : (statusOfWord(text) ?? null);
}
