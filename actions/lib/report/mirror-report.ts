import type { DivergedBranch, Divergence } from '../mirror/divergence.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import type { FileChanges } from '../mirror/tree.ts';
import { shownInvisible } from './inert-line.ts';
import { cellCode, code, count, details, longestRun, paragraphs, table, text } from './markdown.ts';

/** Most files and commits that are listed one by one. */
const listed = 100;

/** What the mirror did, or would do, for the job summary. */
export function renderMirrorRecords(records: readonly MirrorRecord[]): string {
  const summary = table(
    ['Repository', 'Change', 'Upstream', 'main', 'Files'],
    records.map((record) => [
      cellCode(record.repository),
      text(record.change),
      `${cellCode(record.upstreamRef)} ${cellCode(record.upstreamCommit.slice(0, 7))}`,
      cellCode(record.commit.slice(0, 7)),
      record.files === undefined ? '' : fileCounts(record.files),
    ]),
  );
  const lines = records.flatMap(({ repository, notes = [], kept = [] }) => [
    ...kept.map(
      ({ branch, commit }) => `- ${code(repository)}: ${code(commit.slice(0, 7))} is kept as ${code(branch)}`,
    ),
    ...notes.map((note) => `- ${code(repository)}: ${text(note)}`),
  ]);
  return lines.length === 0 ? summary : paragraphs(summary, lines.join('\n')).trimEnd();
}

function fileCounts({ added, changed, deleted }: FileChanges): string {
  const parts = { '+': added.length, '~': changed.length, '−': deleted.length };
  const shown = Object.entries(parts).flatMap(([sign, number]) => (number === 0 ? [] : [`${sign}${number}`]));
  return shown.join(' ') || '–';
}

/** Somebody's work in CodeCommit for the job summary: who, when, which files, and the difference. */
export function renderDivergences(divergences: readonly Divergence[]): string {
  return paragraphs(
    ...divergences.flatMap(({ repository, branches }) => branches.map((branch) => renderBranch(repository, branch))),
    'Nothing was overwritten. `mirror --adopt` opens a pull request with the change, so that the next mirror contains it; `mirror --discard` keeps it on a branch `discarded/…` and goes on without it.',
  );
}

/** The body of the pull request that adopts such a change. */
export function renderAdoption(
  divergences: readonly Divergence[],
  skipped: readonly { path: string; reason: string }[],
): string {
  const left = bounded(skipped.map(({ path, reason }) => `- ${code(path)}: ${text(reason)}`));
  return paragraphs(
    'Somebody changed this deployment’s code in CodeCommit. This pull request brings the change into its overlay, under their name. Once it is merged, the next mirror takes over and keeps their commits on a branch `adopted/…`.',
    ...divergences.flatMap(({ repository, branches }) =>
      branches.map((branch) =>
        paragraphs(
          `### ${code(branch.branch)} of ${code(repository)}`,
          renderCommits(branch),
          renderFiles(branch),
        ).trimEnd(),
      ),
    ),
    left.length === 0 ? '' : `**Not adopted**, to be done by hand:\n\n${left.join('\n')}`,
  );
}

function renderBranch(repository: string, diverged: DivergedBranch): string {
  const { branch, head, setBack, base, commits } = diverged;
  const what = setBack
    ? `was set back to ${code(head.slice(0, 7))}, which an earlier mirror wrote.`
    : `has commits that no mirror made. Its head is ${code(head.slice(0, 7))}.`;
  const compared = base === undefined ? 'the upstream commit' : code(base.slice(0, 7));
  return paragraphs(
    `### ⚠️ ${code(branch)} of ${code(repository)} is not as the last mirror left it`,
    `It ${what} Compared with ${compared}:`,
    renderCommits(diverged),
    renderFiles(diverged),
    renderPatch(diverged),
    commits.length === 50 ? 'Only the last 50 commits are listed.' : '',
  ).trimEnd();
}

function renderCommits({ commits }: DivergedBranch): string {
  if (commits.length === 0) return '';
  return table(
    ['Commit', 'By', 'On', ''],
    commits.map(({ id, author, email, date, subject }) => [
      code(id.slice(0, 7)),
      text(`${author} <${email}>`),
      text(date),
      text(subject),
    ]),
  );
}

function renderFiles({ files }: DivergedBranch): string {
  const lines = [
    ...files.added.map((path) => `- added ${code(path)}`),
    ...files.changed.map((path) => `- changed ${code(path)}`),
    ...files.deleted.map((path) => `- deleted ${code(path)}`),
  ];
  return bounded(lines).join('\n');
}

/** Most characters of one list; the body of a pull request holds 65,536, and a path can have 4,096. */
const listedCharacters = 10_000;

/** As many lines as there is room for, and how many more there are. */
function bounded(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let characters = 0;
  for (const line of lines.slice(0, listed)) {
    characters += line.length + 1;
    if (characters > listedCharacters) break;
    shown.push(line);
  }
  return shown.length === lines.length ? shown : [...shown, `- and ${lines.length - shown.length} more`];
}

/** The difference in a fence that is longer than any run of back-ticks inside it. */
function renderPatch({ patch, patchIsCut }: DivergedBranch): string {
  if (patch === '') return '';
  const fence = '`'.repeat(Math.max(2, longestRun(patch)) + 1);
  const visible = patch.split(/\r?\n/).map(shownInvisible).join('\n').trimEnd();
  const note = patchIsCut ? '\n\nThe rest is left out; `git diff` in CodeCommit shows it.' : '';
  return details(
    `Difference, ${count(visible.split('\n').length, 'line')}`,
    `${fence}diff\n${visible}\n${fence}${note}`,
  );
}

/** Most files of one repository that are listed one by one. */
const listedFiles = 200;

const outcomes: Record<MirrorRecord['change'], string> = {
  created: 'would be created',
  updated: 'would be updated',
  unchanged: 'is up to date',
};

/** What a mirror would do, as plain text for a terminal: upstream, the commit of `main`, and every file that it would get. */
export function renderMirrorPreview(records: readonly MirrorRecord[]): string {
  const parts = records.map((record) =>
    [
      `${record.repository} ${outcomes[record.change]}`,
      `  upstream  ${record.upstreamRef} of ${record.upstreamUrl}`,
      `            ${record.upstreamCommit}`,
      `  main      ${record.commit}`,
      ...(record.files === undefined ? [] : fileLines(record.files)),
      ...(record.notes ?? []).map((note) => `  note      ${note}`),
    ].join('\n'),
  );
  return [...parts, 'Nothing was written.'].join('\n\n');
}

function fileLines({ added, changed, deleted }: FileChanges): string[] {
  const lines = [
    ...added.map((path) => `    + ${printable(path)}`),
    ...changed.map((path) => `    ~ ${printable(path)}`),
    ...deleted.map((path) => `    - ${printable(path)}`),
  ];
  const more = lines.length > listedFiles ? [`    … and ${count(lines.length - listedFiles, 'more file')}`] : [];
  const sizes = `${added.length} added, ${changed.length} changed, ${deleted.length} deleted`;
  return [`  files     ${sizes}`, ...lines.slice(0, listedFiles), ...more];
}

/** A name with control characters could write anything to a terminal. */
function printable(path: string): string {
  return /\p{C}/u.test(path) ? JSON.stringify(path).replace(/\p{C}/gu, '\uFFFD') : path;
}
