import type { Repository } from '../model/repository.ts';
import type { JobIdentity } from '../workflow-event.ts';

/**
 * Repositories made from this day on have ids in the subject, so that a new repository of an old name is not taken for
 * the old one (docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims).
 */
const IMMUTABLE_SUBJECTS_SINCE = new Date('2026-07-15T00:00:00Z');

type SubjectRepository = Pick<Repository, 'id' | 'name' | 'fullName' | 'owner' | 'createdAt'>;

/** Whether the repository's tokens carry owner and repository ids in `sub`. */
export function usesImmutableSubject(repository: Pick<Repository, 'createdAt'>): boolean {
  return repository.createdAt >= IMMUTABLE_SUBJECTS_SINCE;
}

/** `repo:OWNER@OWNERID/REPO@REPOID`, or `repo:OWNER/REPO` for an older repository. */
export function subjectPrefix(repository: SubjectRepository): string {
  if (!usesImmutableSubject(repository)) return `repo:${repository.fullName}`;
  const { owner, name, id } = repository;
  return `repo:${owner.login}@${owner.id}/${name}@${id}`;
}

/**
 * The subject of a job: its environment if it has one, else `pull_request` for that event, else its ref
 * (docs.github.com/en/actions/reference/security/oidc#example-subject-claims).
 */
function subjectOf(repository: SubjectRepository, identity: JobIdentity): string {
  const prefix = subjectPrefix(repository);
  if (identity.environment !== undefined) {
    // "Any : within the context values will be replaced with %3A"
    return `${prefix}:environment:${identity.environment.replaceAll(':', '%3A')}`;
  }
  if (identity.event.name === 'pull_request') return `${prefix}:pull_request`;
  return `${prefix}:ref:${identity.event.ref}`;
}

/**
 * The claims GitHub adds to the standard ones (docs.github.com/en/actions/reference/security/oidc#custom-claims-
 * provided-by-github). All values are text.
 */
export function jobClaims(repository: Repository, identity: JobIdentity): Record<string, string> {
  const { event } = identity;
  return {
    sub: subjectOf(repository, identity),
    ...(identity.environment === undefined ? {} : { environment: identity.environment }),
    ref: event.ref,
    sha: event.sha,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    repository_visibility: repository.private ? 'private' : 'public',
    run_id: String(identity.runId),
    run_number: String(identity.runNumber),
    run_attempt: String(identity.runAttempt),
    ...(identity.checkRunId === undefined ? {} : { check_run_id: String(identity.checkRunId) }),
    actor: event.actor.login,
    actor_id: String(event.actor.id),
    workflow: identity.workflowName,
    workflow_ref: identity.workflowRef,
    workflow_sha: event.sha,
    job_workflow_ref: identity.workflowRef,
    job_workflow_sha: event.sha,
    head_ref: event.headRef ?? '',
    base_ref: event.baseRef ?? '',
    event_name: event.name,
    ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: 'false',
    runner_environment: 'github-hosted',
  };
}
