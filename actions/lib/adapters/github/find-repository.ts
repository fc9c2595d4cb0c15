import { Failure, toFailure } from '../../failure.ts';
import type { RepositoryIdentity } from '../../ports/repository-settings.ts';

/** How long GitHub may take to answer, in milliseconds. */
const patience = 30_000;

/** The fields of GitHub's `full-repository` that count here (docs.github.com/en/rest/repos/repos). */
type FoundRepository = {
  id?: unknown;
  name?: unknown;
  default_branch?: unknown;
  owner?: { id?: unknown; login?: unknown };
};

/**
 * Asks GitHub for the ids that its OIDC tokens carry. A public repository needs no token.
 * @param apiUrl e.g. `https://api.github.com`
 * @throws Failure `RepositoryUnknown`, `GitHubUnreachable`
 */
export async function findRepository(
  apiUrl: string,
  owner: string,
  name: string,
  token: string | undefined,
): Promise<RepositoryIdentity> {
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'opensarlab-deployments' };
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(apiUrl + path, {
      headers: { ...headers, ...authorization },
      signal: AbortSignal.timeout(patience),
    });
  } catch (cause) {
    throw new Failure({
      code: 'GitHubUnreachable',
      source: 'github',
      message: `GitHub did not answer: ${toFailure(cause).message}.`,
      hint: 'Give the ids with --owner-id and --repository-id; then nothing is asked.',
      cause,
    });
  }
  if (!response.ok) throw unknownRepository(owner, name, response.status);
  const found = (await response.json()) as FoundRepository;
  const identity = {
    owner: found.owner?.login,
    ownerId: found.owner?.id,
    name: found.name,
    id: found.id,
    defaultBranch: found.default_branch,
  };
  if (!isIdentity(identity)) throw unknownRepository(owner, name, response.status);
  return identity;
}

function isIdentity(value: Record<keyof RepositoryIdentity, unknown>): value is RepositoryIdentity {
  const { owner, ownerId, name, id, defaultBranch } = value;
  const texts = [owner, name, defaultBranch].every((text) => typeof text === 'string');
  return texts && Number.isSafeInteger(ownerId) && Number.isSafeInteger(id);
}

function unknownRepository(owner: string, name: string, status: number): Failure {
  return new Failure({
    code: 'RepositoryUnknown',
    source: 'github',
    message: `GitHub does not show the repository ${owner}/${name} (status ${status}).`,
    hint: 'A private repository needs a token in GITHUB_TOKEN, or its ids with --owner-id and --repository-id.',
  });
}
