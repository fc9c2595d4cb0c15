import { ACTIONS_APP } from './app.ts';
import type { CheckAnnotation, CheckRun, CheckRunInput } from './check-run.ts';
import type { Repository } from './repository.ts';
import type { GitHubState } from './state.ts';

/**
 * Creates a check run, or changes the one with the given id.
 * @throws Error when there is none of that id
 */
export function recordCheckRun(state: GitHubState, repository: Repository, input: CheckRunInput): CheckRun {
  if (input.id !== undefined) {
    const checkRun = checkRunWithId(repository, input.id);
    Object.assign(checkRun, input);
    if (checkRun.status === 'completed') state.wakeQueues(repository);
    return checkRun;
  }
  const { id: _none, ...given } = input;
  const checkRun: CheckRun = {
    id: state.nextId(),
    status: 'queued',
    conclusion: undefined,
    startedAt: state.now(),
    completedAt: undefined,
    detailsUrl: undefined,
    externalId: '',
    title: undefined,
    summary: undefined,
    text: undefined,
    annotations: [],
    app: ACTIONS_APP,
    ...given,
  };
  repository.checkRuns.set(checkRun.id, checkRun);
  if (!repository.checkSuites.has(checkRun.headSha)) repository.checkSuites.set(checkRun.headSha, state.nextId());
  if (checkRun.status === 'completed') state.wakeQueues(repository);
  return checkRun;
}

/** Adds to the annotations a check run has; there is no way to remove one, as on GitHub. */
export function addAnnotations(repository: Repository, id: number, annotations: readonly CheckAnnotation[]): void {
  checkRunWithId(repository, id).annotations.push(...annotations);
}

function checkRunWithId(repository: Repository, id: number): CheckRun {
  const checkRun = repository.checkRuns.get(id);
  if (checkRun === undefined) throw new Error(`${repository.fullName} has no check run ${id}.`);
  return checkRun;
}
