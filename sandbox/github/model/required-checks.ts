import type { CheckRun } from './check-run.ts';
import type { Repository } from './repository.ts';
import { rulesOfType } from './ruleset.ts';

/** How the checks that a branch requires stand on a commit. */
export type RequiredChecks = {
  state: 'passed' | 'pending' | 'failed';
  /** GitHub's sentence for each that has not passed. */
  problems: string[];
};

/**
 * "Required status checks must have a successful, skipped, or neutral status": a skipped job has passed; a workflow that
 * a path filter kept from starting reports nothing, and its check is waited for without end
 * (docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks).
 * @param ref the branch whose rules count, e.g. `refs/heads/main`
 */
export function requiredChecks(repository: Repository, ref: string, sha: string, creating = false): RequiredChecks {
  const required = rulesOfType(repository, ref, 'required_status_checks')
    .filter(({ rule }) => !(creating && rule.parameters.do_not_enforce_on_create === true))
    .flatMap(({ rule }) => rule.parameters.required_status_checks);
  const wanted = [...new Map(required.map((check) => [`${check.context} ${check.integration_id}`, check])).values()];
  const verdicts = wanted.map(({ context, integration_id: app }) => {
    const newest = [...repository.checkRuns.values()]
      .filter((run) => run.headSha === sha && run.name === context && (app === undefined || run.app.id === app))
      .at(-1);
    return { context, ...verdictOn(newest) };
  });
  const failed = verdicts.some(({ state }) => state === 'failed');
  const open = verdicts.filter(({ state }) => state !== 'passed');
  return {
    state: failed ? 'failed' : open.length > 0 ? 'pending' : 'passed',
    problems: open.map(({ context, word }) => `Required status check "${context}" is ${word}.`),
  };
}

function verdictOn(run: CheckRun | undefined): { state: RequiredChecks['state']; word: string } {
  if (run === undefined) return { state: 'pending', word: 'expected' };
  if (run.status !== 'completed') return { state: 'pending', word: run.status.replace('_', ' ') };
  const passed = run.conclusion === 'success' || run.conclusion === 'skipped' || run.conclusion === 'neutral';
  return passed ? { state: 'passed', word: 'successful' } : { state: 'failed', word: 'failing' };
}
