import type { Deployment } from '../deployment/deployment.ts';
import type { RunIdentity } from '../records/record-keys.ts';
import { renderReceipt } from '../report/teardown-report.ts';
import { destroyDeployment } from '../teardown/destroy.ts';
import type { Receipt } from '../teardown/receipt.ts';
import { usedHomesLedger } from '../teardown/used-homes-ledger.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { DestroyConsent } from './destroy-consent.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest run, 170 minutes; the job's own limit is 180, and a run that was cut short goes on when it is started again. */
const longestRunMilliseconds = 170 * 60_000;

/** The decision that a run acts on, and the run. */
export type ApprovedTeardown = {
  consent: Extract<DestroyConsent, { granted: true }>;
  run: RunIdentity;
};

/**
 * Tears one deployment down and writes its receipt.
 * @param options.approved what was approved to be lost; undefined only when a person at a shell answers for it
 * @param options.signal aborted when the run must stop
 */
export async function destroy(
  surroundings: Surroundings,
  deployment: Deployment,
  { aws }: Connection,
  { approved, signal }: { approved?: ApprovedTeardown; signal?: AbortSignal | undefined } = {},
): Promise<Receipt> {
  const { clock, random, reporter, pollMilliseconds } = surroundings;
  const receipt = await destroyDeployment({
    deployment,
    stacks: await declaredStacks(surroundings, deployment),
    ports: aws,
    reporter,
    random,
    clock,
    pollMilliseconds,
    deadline: new Date(clock.now().getTime() + longestRunMilliseconds),
    ...(approved === undefined ? {} : { consent: consentOf(aws, approved) }),
    ...(signal === undefined ? {} : { signal }),
  });
  reporter.summary(renderReceipt(receipt));
  reporter.info(`${receipt.message} (${receipt.calls} requests to AWS)`);
  return receipt;
}

function consentOf({ records }: Connection['aws'], { consent, run }: ApprovedTeardown) {
  const { name, seal, sealKey, sealedAt } = consent;
  return { seal, sealedAt, usedHomes: usedHomesLedger(records, name, sealKey.slice(-64), run) };
}
