import type { MirrorRecord } from '../mirror/mirror-record.ts';
import type { FileChanges } from '../mirror/tree.ts';
import { count } from './markdown.ts';

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
