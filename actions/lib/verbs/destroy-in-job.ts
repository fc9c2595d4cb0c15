import { decisionsOf } from '../adapters/git/deployment-trees.ts';
import { firstParents } from '../adapters/git/first-parents.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository, filesOf, tipOf } from '../adapters/github/default-branch.ts';
import type { Outcome } from '../engine/outcome.ts';
import { Failure, toFailure } from '../failure.ts';
import { whileLocked } from '../records/lock.ts';
import { receiptKey } from '../records/record-keys.ts';
import { supersededCode } from '../report/job-record.ts';
import { NoConsent } from '../teardown/consent.ts';
import type { Receipt } from '../teardown/receipt.ts';
import { destroy } from './destroy.ts';
import { destroyConsent } from './destroy-consent.ts';
import type { JobIdentity } from './job-identity.ts';
import type { Surroundings } from './surroundings.ts';

/** Longest run, 170 minutes; the job's own limit is 180, and a run that was cut short goes on when it is started again. */
const longestRunMilliseconds = 170 * 60_000;

export type DestroyJob = JobIdentity & {
  name: string;
  /** The commit that still declares it. */
  declaredAt: string;
  /** The merged teardown pull request, where a person names it. */
  pullRequest: number | undefined;
  /** Aborted when the job is cancelled: nothing new is started then, and the lock is given back. */
  signal?: AbortSignal;
};

/**
 * Destroys a deployment as a workflow does: when a merged pull request is consent to it, and as far as its sealed plan goes.
 * @throws NoConsent with what is missing; Failure `Superseded` when the folder is back. Nothing was changed then
 */
export async function destroyInJob(
  surroundings: Surroundings,
  github: GitHubConnection,
  job: DestroyJob,
): Promise<{ outcome: Outcome; value: Receipt }> {
  const { workspace, clock, pollMilliseconds, reporter } = surroundings;
  const { name, run, attempt, commit, declaredAt, pullRequest, signal: cancelled } = job;
  // A reviewer may have let the job wait for weeks.
  const tip = await tipOf(github, (await currentRepository(github)).defaultBranch);
  if (decisionsOf(await filesOf(github, tip)).has(name)) throw superseded(name, tip);
  const commits = pullRequest === undefined ? await firstParents(workspace.root, declaredAt, commit) : [];
  const consent = await destroyConsent(surroundings, github, {
    ...{ name, commits },
    ...(pullRequest === undefined ? {} : { pullRequest }),
    openRecords: async (deployment) => (await surroundings.connect(deployment, 'destroy')).aws.records,
  });
  if (!consent.granted) throw new NoConsent(name, consent.missing, consent.lastDeclaredAt);
  reporter.info(`#${consent.pullRequest} is consent, with ${consent.sealKey}`);
  const connection = await surroundings.connect(consent.deployment, 'destroy');
  const { records } = connection.aws;
  const deadline = new Date(clock.now().getTime() + longestRunMilliseconds);
  const patience = { clock, pollMilliseconds, deadline, ...(cancelled && { signal: cancelled }) };
  const holder = { run, attempt, verb: 'destroy' as const };
  const value = await whileLocked({ records, deployment: name, holder, patience, reporter }, (signal) =>
    destroy(surroundings, consent.deployment, connection, { approved: { consent, run: { run, attempt } }, signal }),
  );
  try {
    const receipt = {
      version: 1,
      deployment: name,
      commit,
      run,
      attempt,
      pullRequest: consent.pullRequest,
      receipt: value,
    };
    await records.writeOnce(receiptKey(name, clock.now(), job), JSON.stringify(receipt));
  } catch (error) {
    const failure = toFailure(error);
    throw new Failure({
      code: 'ReceiptNotWritten',
      source: failure.source,
      message: `${name}: ${value.message} The receipt could not be written: ${failure.message}`,
      hint: `Run the workflow destroy by hand with pull request ${consent.pullRequest}: it proves the same again and writes the receipt.`,
      cause: failure,
    });
  }
  return { outcome: value.outcome, value };
}

function superseded(name: string, tip: string): Failure {
  return new Failure({
    code: supersededCode,
    source: 'user',
    message: `${name} was not destroyed: it is declared again at the tip ${tip.slice(0, 7)}.`,
    hint: 'There is nothing to do here; to destroy it after all, put the label destroy on a pull request that touched it.',
  });
}
