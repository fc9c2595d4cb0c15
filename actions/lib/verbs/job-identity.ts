import { Failure } from '../failure.ts';
import type { RunIdentity } from '../records/record-keys.ts';

/** The run of a workflow in which an action works, from the runner's own variables. */
export type JobIdentity = RunIdentity & {
  /** `owner/name` */
  repository: string;
  /** GitHub's numeric id of it. */
  repositoryId: number;
  /** The commit that the run is for. */
  commit: string;
};

/** @throws Failure `NotInWorkflow` when a variable that every job has is not there */
export function jobIdentity(environment: Readonly<Record<string, string | undefined>>): JobIdentity {
  const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_SHA: commit } = environment;
  const { GITHUB_REPOSITORY: repository, GITHUB_REPOSITORY_ID: repositoryId } = environment;
  const isWhole =
    /^\d{1,20}$/.test(run ?? '') && /^[1-9]\d{0,5}$/.test(attempt ?? '') && /^[0-9a-f]{40}$/.test(commit ?? '');
  if (isWhole && run !== undefined && commit !== undefined && repository && /^\d{1,15}$/.test(repositoryId ?? '')) {
    return { run, attempt: Number(attempt), commit, repository, repositoryId: Number(repositoryId) };
  }
  throw new Failure({
    code: 'NotInWorkflow',
    source: 'github',
    message: 'The job has no GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SHA, GITHUB_REPOSITORY or GITHUB_REPOSITORY_ID.',
    hint: 'This action runs in a workflow of GitHub Actions; on a laptop use `npx opensarlab`.',
  });
}

/**
 * Whether an app started this attempt of the run, as workflows do with their own token. Who cannot be told is no person
 * (docs.github.com/en/actions, "Variables": GITHUB_TRIGGERING_ACTOR; an app's login ends in `[bot]`, which no person's can).
 */
export function isAutomatic({
  GITHUB_TRIGGERING_ACTOR: actor = '',
}: Readonly<Record<string, string | undefined>>): boolean {
  return actor === '' || actor.endsWith('[bot]');
}
