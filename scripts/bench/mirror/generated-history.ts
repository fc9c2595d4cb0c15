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
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input: [...commitStream(size)].join('') });
  execFileSync('git', ['-C', folder, 'repack', '-adq']);
}

function* commitStream({ commits, files, pullRequests }: HistorySize): Iterable<string> {
  for (let index = 1; index <= commits; index += 1) {
    const touched = index === 1 ? range(files) : range(4).map((part) => (index * 7 + part * 131) % files);
    const changes = touched.map((file) => change(file, index));
    yield commit({ ref: 'refs/heads/main', index, message: `Change ${index}`, changes });
  }
  for (let pull = 1; pull <= pullRequests; pull += 1) {
    const index = commits + pull;
    const changes = [change((pull * 17) % files, index)];
    const from = Math.max(1, commits - pull);
    yield commit({ ref: `refs/pull/${pull}/head`, index, message: `Proposal ${pull}`, changes, from });
  }
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

type Commit = {
  ref: string;
  /** Counts up from 1; names the commit for `from` and gives its date. */
  index: number;
  message: string;
  changes: readonly string[];
  /** The parent's index; default: the last commit of the same ref. */
  from?: number;
};

function commit({ ref, index, message, changes, from }: Commit): string {
  const person = `committer Ada <ada@example.org> ${1_500_000_000 + index * 600} +0000\n`;
  const parent = from === undefined ? '' : `from :${from}\n`;
  return `commit ${ref}\nmark :${index}\n${person}${data(message)}${parent}${changes.join('')}\n`;
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
