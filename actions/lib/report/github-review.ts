import type { RepositoryReview } from '../bootstrap/repository-setup.ts';
import { describeTier } from '../bootstrap/repository-tier.ts';
import { isFine, type SettingResult, type SettingState } from '../bootstrap/setting.ts';
import { count, paragraphs, table, text } from './markdown.ts';

const words: Record<SettingState, string> = {
  set: '🟢 set',
  already: '🟢 right',
  missing: '🔴 missing',
  refused: '🔴 refused',
  unknown: '🔴 unknown',
  'not offered': '🟡 not on this plan',
  'to do': '🟡 to do',
};

/** What `doctor github` found: what is wrong first, each with its meaning and the way on. */
export function renderGitHubDoctor(repository: string, review: RepositoryReview): string {
  return paragraphs(`### ${text(repository)} on GitHub`, renderGitHubReview(review, explanations(review.settings)));
}

/** The same as a part of the bootstrap's report; explained only when setting was tried. */
export function renderGitHubSettings(review: RepositoryReview): string {
  const explained = review.mode === 'set' ? explanations(review.settings) : '';
  const why =
    review.ready || explained !== '' ? '' : '`npx opensarlab doctor github` says what each missing one means.';
  return renderGitHubReview(review, [explained, why].filter(Boolean).join('\n\n'));
}

function renderGitHubReview({ tier, mode, ready, settings, advice }: RepositoryReview, explained: string): string {
  const open = settings.filter((result) => !isFine(result));
  const settable = mode !== 'set' && open.some(({ state }) => state === 'missing' || state === 'to do');
  return paragraphs(
    tier === undefined ? '' : `The repository is ${text(describeTier(tier))} (${text(tier.seen)}).`,
    ready ? '**Everything that matters is in place.**' : headline(open, settings.length),
    explained,
    settable
      ? '`npx opensarlab bootstrap --configure-github`, with an administrator’s token in GITHUB_TOKEN, sets what can be set.'
      : '',
    table(['', 'Setting', 'Must be'], settings.map(settingRow)),
    advice.map((line) => `- ${line}`).join('\n'),
  ).trimEnd();
}

function headline(open: readonly SettingResult[], all: number): string {
  const unseen = open.filter(({ state }) => state === 'to do').length;
  if (unseen > 0) return `**For an administrator of the repository: ${count(unseen, 'setting')} to do.**`;
  return `**${open.length} of ${count(all, 'setting')} ${open.length === 1 ? 'needs' : 'need'} somebody.**`;
}

/** Everything that is not as it should be, what is needed first; what has one cause is told once. */
function explanations(settings: readonly SettingResult[]): string {
  const groups = new Map<string, SettingResult[]>();
  const told = settings.filter(({ state, risk }) => risk !== undefined && state !== 'already' && state !== 'set');
  for (const result of [...told.filter(isOpen), ...told.filter((each) => !isOpen(each))]) {
    const cause = [result.state, result.detail, result.risk, result.remedy].join('\n');
    groups.set(cause, [...(groups.get(cause) ?? []), result]);
  }
  return [...groups.values()].map(explanation).join('\n');
}

function isOpen(result: SettingResult): boolean {
  return !isFine(result);
}

function explanation(group: readonly SettingResult[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const names = group.map(({ setting }) => `**${text(setting)}**`).join(', ');
  return [
    `- ${wordOf(first)}: ${names}. ${text(first.detail ?? '')}`,
    `  - Means: ${text(first.risk ?? '')}`,
    `  - Do: ${text(first.remedy ?? '')}`,
  ].join('\n');
}

/** What is only good to have is never red. */
function wordOf({ state, needed }: SettingResult): string {
  return needed ? words[state] : words[state].replace('🔴', '🟡');
}

function settingRow(result: SettingResult): string[] {
  const { state, setting, wanted, detail } = result;
  const note = state === 'already' || state === 'set' ? detail : undefined;
  return [wordOf(result), text(setting), text(note === undefined ? wanted : `${wanted} (${note})`)];
}
