import type { GitHubConnection } from '../adapters/github/connection.ts';
import { Failure } from '../failure.ts';
import { supersededCode } from '../report/job-record.ts';
import { supersededAt } from './select.ts';

/**
 * Looks at the tip just before the work: a reviewer may have let the job wait for weeks, and an old run may be run again.
 * @param doing what would be done, as a participle: `deployed`
 * @throws Failure `Superseded` when the tip decides the deployment otherwise than the run's commit
 */
export async function refuseSuperseded(
  github: GitHubConnection,
  place: { folder: string; commit: string; defaultBranch: string },
  name: string,
  doing: 'deployed' | 'mirrored',
): Promise<void> {
  const { tip, names } = await supersededAt(github, place, [name]);
  if (names.length === 0) return;
  throw new Failure({
    code: supersededCode,
    source: 'user',
    message: `${name} was not ${doing} from ${place.commit.slice(0, 7)}: the tip ${tip.slice(0, 7)} decides it otherwise by now.`,
    hint:
      doing === 'deployed'
        ? 'The run of the tip does the work; there is nothing to do here.'
        : 'Start the workflow anew instead of running an old run again.',
  });
}
