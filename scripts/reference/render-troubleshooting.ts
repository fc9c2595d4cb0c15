import type { Cause } from '../../actions/lib/diagnosis/cause.ts';
import { cleanWords } from '../../actions/lib/diagnosis/clean-words.ts';
import { remedies } from '../../actions/lib/diagnosis/remedies.ts';
import { linkTo, table } from './markdown-page.ts';
import type { CorpusEntry } from './read-corpus.ts';

type PlacedCause = Cause & { place: 'aws' | 'build' | 'cluster' };

/** The sections of the page, in the order in which a deployment meets them. */
const sections = [
  { place: 'aws', title: 'AWS and CloudFormation' },
  { place: 'build', title: 'Builds of images' },
  { place: 'cluster', title: 'Helm and pods' },
] as const;

/** How many examples of one cause are shown, and how much of each. */
const shownExamples = 3;
const shownLength = 220;

/**
 * The page on what goes wrong and what to do about it, as Markdown: by symptom, from the table of causes, with examples from the
 * corpus.
 */
export function renderTroubleshooting(causes: readonly PlacedCause[], corpus: readonly CorpusEntry[]): string {
  return `${[
    '# Troubleshooting',
    '<!-- Made by scripts/reference/generate.ts from the table of causes and the corpus in actions/lib/diagnosis/. -->',
    'Deploy, plan, destroy and the other commands read what AWS, builds and the cluster report, and say what it means and what to do. This page has all that they know, to look up a message that was met elsewhere. A message that is not known is shown as it is.',
    sections.map(({ title }) => `- ${linkTo(title)}`).join('\n'),
    ...sections.flatMap(({ place, title }) => [
      `## ${title}`,
      table(
        ['what is said', 'what it means', 'what to do', 'source'],
        causes.filter((cause) => cause.place === place).map((cause) => row(cause, examplesOf(cause, corpus))),
      ),
    ]),
    '## Anything else',
    plain(remedies['look-in-console']),
  ].join('\n\n')}\n`;
}

function row({ key, means, remedy, source }: PlacedCause, examples: readonly string[]): string[] {
  const symptom = examples.length === 0 ? `(${key})` : examples.join('<br>');
  return [symptom, sentence(plain(means)), plain(remedies[remedy]), `[document](${source})`];
}

function examplesOf({ key, place }: PlacedCause, corpus: readonly CorpusEntry[]): string[] {
  const fitting = corpus.filter((entry) => {
    if (entry.expect[0] !== key) return false;
    return place === 'aws' ? entry.kind === 'stack' || entry.kind === 'sdk' : entry.kind === place;
  });
  const shown = new Map<string, string>();
  for (const entry of fitting) {
    const words = cleanWords(symptomOf(entry));
    const text = words.length <= shownLength ? words : `${words.slice(0, shownLength)}…`;
    if (text !== '' && !shown.has(text)) shown.set(text, entry.source);
  }
  return [...shown].slice(0, shownExamples).map(([text, source]) => {
    return source.startsWith('https://') ? `${code(text)} ([seen](${source}))` : code(text);
  });
}

/** The text of an entry that the rules are to find. */
function symptomOf(entry: CorpusEntry): string {
  if (entry.kind === 'sdk') return `${entry.error[0]}: ${entry.error[1]}`;
  if (entry.kind === 'cluster') return entry.lines.trim().split('\n')[0] ?? '';
  if (entry.kind === 'build') {
    const line = entry.log.split('\n').find((each) => /error|E: |failed|killed|denied|found|cannot|no /i.test(each));
    return line ?? entry.phase?.[1] ?? '';
  }
  const failed = entry.events.find(([, , status, reason]) => {
    return status.endsWith('_FAILED') && reason !== undefined && !/^Resource \w+ cancelled/.test(reason);
  });
  return failed?.[3] ?? entry.events[0]?.[3] ?? '';
}

/** Code that a cell of a table can hold: a backtick would end it. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function plain(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
