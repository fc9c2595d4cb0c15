import { Failure } from '../failure.ts';
import { type GitCredentials, lastLine, tryGit } from './git-command.ts';

/** Full ref names with the commit (or tag object) they point to; a peeled tag appears as `refs/tags/x^{}` too. */
export type Refs = ReadonlyMap<string, string>;

const commitId = /^[0-9a-f]{40}$/;

/**
 * Lists the branches and tags of a remote: one request, no objects.
 * @throws Failure `RepositoryUnreachable` when the server does not answer or does not let us in
 */
export async function listRefs(url: string, credentials?: GitCredentials): Promise<Refs> {
  const result = await tryGit(['ls-remote', '--heads', '--tags', '--', url], credentials ? { credentials } : {});
  if (result.code !== 0) throw unreachable(url, result.stderr);
  const refs = new Map<string, string>();
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit && name) refs.set(name, commit);
  }
  return refs;
}

function unreachable(url: string, stderr: string): Failure {
  const reason = lastLine(stderr);
  const denied = /authentication failed|403|401|could not read username|access denied/i.test(reason);
  return new Failure({
    code: denied ? 'RepositoryRefused' : 'RepositoryUnreachable',
    source: 'git',
    message: `${url} could not be read: ${reason}`,
    hint: denied
      ? "Check the role's codecommit:GitPull and codecommit:GitPush permissions, and the clock of this machine."
      : 'Check the URL under `sources` and whether this machine can reach it.',
  });
}

/**
 * The commit a declared ref stands for: a tag (peeled) or a full commit id. Branches are refused, because they move.
 * @throws Failure `RefIsBranch`, `RefNotFound`, or `RefMoved` when it is not the pinned commit any more
 */
export function resolveSourceRef(source: { url: string; ref: string; commit?: string }, refs: Refs): string {
  if (commitId.test(source.ref)) return source.ref;
  const tag = refs.get(`refs/tags/${source.ref}^{}`) ?? refs.get(`refs/tags/${source.ref}`);
  if (tag === undefined) throw missingRef(source, refs);
  if (source.commit !== undefined && source.commit !== tag) {
    throw new Failure({
      code: 'RefMoved',
      source: 'user',
      message: `The tag ${source.ref} of ${source.url} is ${tag}, but the declaration pins ${source.commit}.`,
      hint: 'Somebody moved the tag. Look at the difference, then change `commit` in the declaration if you want it.',
    });
  }
  return tag;
}

function missingRef(source: { url: string; ref: string }, refs: Refs): Failure {
  if (refs.has(`refs/heads/${source.ref}`)) {
    return new Failure({
      code: 'RefIsBranch',
      source: 'user',
      message: `${source.ref} is a branch of ${source.url}; a deployment needs a tag or a full commit id.`,
      hint: `Its head is ${refs.get(`refs/heads/${source.ref}`)} now; declare that as \`ref\`.`,
    });
  }
  return new Failure({
    code: 'RefNotFound',
    source: 'user',
    message: `${source.url} has no tag ${source.ref}.`,
    hint: 'Declare a tag that exists or a full commit id (40 hex digits) under `sources`.',
  });
}
