import { Failure } from '../failure.ts';
import type { RepositoryKind } from './mirror-record.ts';
import type { FileChanges } from './tree.ts';

/** A commit that no mirror made. */
export type ForeignCommit = {
  id: string;
  author: string;
  email: string;
  /** When it was committed, ISO 8601. */
  date: string;
  /** First line of the message. */
  subject: string;
};

/** Somebody's work on a branch that only the mirror should move. */
export type DivergedBranch = {
  branch: 'main' | 'upstream';
  head: string;
  /** An earlier mirror wrote the head: the branch was set back. */
  setBack: boolean;
  /** The mirrored commit it is compared with; undefined when it has none in its history. */
  base: string | undefined;
  /** Newest first, at most 50. */
  commits: ForeignCommit[];
  files: FileChanges;
  /** `git diff`, cut at 60,000 characters; empty without a base. */
  patch: string;
  patchIsCut: boolean;
};

export type Divergence = {
  kind: RepositoryKind;
  /** Name in CodeCommit. */
  repository: string;
  branches: DivergedBranch[];
};

/** Thrown instead of overwriting somebody's work. */
export class MirrorDiverged extends Failure {
  readonly divergences: readonly Divergence[];

  constructor(deployment: string, divergences: readonly Divergence[]) {
    const sentences = divergences.flatMap(({ repository, branches }) =>
      branches.map((branch) => describeBranch(repository, branch)),
    );
    super({
      code: 'CodeCommitDiverged',
      source: 'user',
      message: sentences.join(' '),
      hint: `\`npx opensarlab mirror ${deployment} --adopt\` opens a pull request with the change; \`--discard\` puts it aside. Nothing was overwritten.`,
    });
    this.divergences = divergences;
  }
}

/** Who did what, when and to which files, in one sentence. */
function describeBranch(repository: string, diverged: DivergedBranch): string {
  const { branch, head, setBack, commits } = diverged;
  const short = head.slice(0, 7);
  if (setBack) {
    return `Somebody set ${branch} of ${repository} in CodeCommit back to ${short}, which an earlier mirror wrote.`;
  }
  const [last] = commits;
  const more = commits.length > 1 ? ` and ${commits.length - 1} more` : '';
  const who =
    last === undefined ? short : `${short} by ${last.author} <${last.email}> on ${last.date}: ${last.subject}`;
  return `Somebody committed to ${branch} of ${repository} in CodeCommit: ${who}${more}${describeFiles(diverged)}.`;
}

const namedFiles = 10;

function describeFiles({ files, base }: DivergedBranch): string {
  const all = [...files.added, ...files.changed, ...files.deleted];
  if (all.length === 0) return '';
  const shown = all.slice(0, namedFiles).map((path) => JSON.stringify(path));
  const more = all.length > namedFiles ? ', …' : '';
  const unrelated = base === undefined ? ', not built on a mirrored commit' : '';
  return ` (${all.length} ${all.length === 1 ? 'file' : 'files'}: ${shown.join(', ')}${more}${unrelated})`;
}
