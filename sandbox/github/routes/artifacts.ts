import { artifactsOfRun } from '../artifacts/artifact-store.ts';
import type { StoredArtifact } from '../model/artifact.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { apiDate } from '../present/date.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { countedListReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** Artifacts of workflow runs (docs.github.com/en/rest/actions/artifacts). */
export const artifactHandlers: RepositoryHandlers<
  | 'actions/list-artifacts-for-repo'
  | 'actions/list-workflow-run-artifacts'
  | 'actions/get-artifact'
  | 'actions/download-artifact'
  | 'actions/delete-artifact'
> = {
  'actions/list-artifacts-for-repo': (call, repository) => {
    const named = withName([...repository.artifacts.values()], call.query.name).reverse();
    return countedListReply(call, 'artifacts', named, (each) => presentArtifact(call.state, repository, each));
  },

  'actions/list-workflow-run-artifacts': (call, repository) => {
    const { run_id } = call.path;
    const named = withName(artifactsOfRun(repository, run_id), call.query.name).reverse();
    if (named.length === 0 && !repository.workflowRuns.has(run_id)) throw notFound();
    return countedListReply(call, 'artifacts', named, (each) => presentArtifact(call.state, repository, each));
  },

  'actions/get-artifact': ({ state, path }, repository) => ({
    status: 200,
    body: presentArtifact(state, repository, existing(repository, path.artifact_id)),
  }),

  'actions/download-artifact': ({ state, path }, repository) => {
    const artifact = existing(repository, path.artifact_id);
    if (path.archive_format !== 'zip') throw new ApiError(415, 'Unsupported archive format');
    if (isExpired(state, artifact)) throw new ApiError(410, 'Artifact has expired');
    // GitHub answers with a short-lived link to its storage.
    return { status: 302, headers: { location: artifactFileUrl(state, repository, artifact) } };
  },

  'actions/delete-artifact': ({ path }, repository) => {
    repository.artifacts.delete(existing(repository, path.artifact_id).id);
    return { status: 204 };
  },
};

/** Where the bytes of an artifact are; the digest makes the link hard to guess. */
export function artifactFileUrl(state: GitHubState, repository: Repository, artifact: StoredArtifact): string {
  return `${state.serverUrl}/_artifacts/${repository.id}/${artifact.id}/${artifact.digest.slice('sha256:'.length)}.zip`;
}

function withName(artifacts: StoredArtifact[], name: string | undefined): StoredArtifact[] {
  return artifacts.filter((artifact) => name === undefined || artifact.name === name);
}

function existing(repository: Repository, id: number): StoredArtifact {
  const artifact = repository.artifacts.get(id);
  if (artifact === undefined) throw notFound();
  return artifact;
}

function isExpired(state: GitHubState, artifact: StoredArtifact): boolean {
  return artifact.expiresAt <= state.now();
}

function presentArtifact(
  state: GitHubState,
  repository: Repository,
  artifact: StoredArtifact,
): Record<string, unknown> {
  const url = `${repositoryUrl(state, repository)}/actions/artifacts/${artifact.id}`;
  const run = repository.workflowRuns.get(artifact.runId);
  return {
    id: artifact.id,
    node_id: nodeId('ART', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: isExpired(state, artifact),
    digest: artifact.digest,
    created_at: apiDate(artifact.createdAt),
    updated_at: apiDate(artifact.createdAt),
    expires_at: apiDate(artifact.expiresAt),
    workflow_run: {
      id: artifact.runId,
      repository_id: repository.id,
      head_repository_id: repository.id,
      ...(run === undefined ? {} : { head_sha: run.headSha, head_branch: run.headBranch ?? '' }),
    },
  };
}
