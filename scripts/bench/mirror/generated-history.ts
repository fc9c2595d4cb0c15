import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** How large the generated repository is. */
export type HistorySize = { commits: number; files: number; pullRequests: number };

/**
 * Makes a bare repository with a long history, as upstream repositories have one: many files in folders, some with odd
 * names, releases, and pull requests whose commits are on no branch. The same size gives the same commits.
 */
export function generateHistory(folder: string, size: HistorySize): void {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder]);
  const stream = [...commitStream(size)].join('');
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet', '--force'], { input: stream });
  execFileSync('git', ['-C', folder, 'repack', '-adq']);
}

function* commitStream({ commits, files, pullRequests }: HistorySize): Iterable<string> {
  yield commit(
    'refs/heads/main',
    0,
    'Start',
    range(files).map((file) => change(file, 0)),
  );
  for (let index = 1; index < commits; index += 1) {
    const touched = range(4).map((part) => (index * 7 + part * 131) % files);
    yield commit(
      'refs/heads/main',
      index,
      `Change ${index}`,
      touched.map((file) => change(file, index)),
    );
  }
  for (let pull = 1; pull <= pullRequests; pull += 1) {
    const text = change((pull * 17) % files, commits + pull);
    yield commit(`refs/pull/${pull}/head`, commits + pull, `Proposal ${pull}`, [text], `refs/heads/main~${pull}`);
  }
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

function commit(ref: string, index: number, message: string, changes: readonly string[], from?: string): string {
  const start = from === undefined ? '' : `from ${from}\n`;
  const person = `committer Ada <ada@example.org> ${1_500_000_000 + index * 600} +0000\n`;
  return `commit ${ref}\n${person}${data(message)}${start}${changes.join('')}\n`;
}

/** About 2 kB of text that compresses like source code and differs in a few lines from version to version. */
function change(file: number, version: number): string {
  const lines = range(40).map((line) => {
    const changed = line === version % 40 ? version : 0;
    return `${line}: ${createHash('sha1').update(`${file} ${line} ${changed}`).digest('hex')}`;
  });
  const name = file % 97 === 0 ? `odd ü \\"${file}\\".txt` : `file-${file}.txt`;
  return `M 100644 inline "folder-${file % 31}/part-${file % 7}/${name}"\n${data(lines.join('\n'))}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
