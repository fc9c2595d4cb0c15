import type { Deployment } from '../deployment/deployment.ts';
import { renderReceipt } from '../report/teardown-report.ts';
import { destroyDeployment } from '../teardown/destroy.ts';
import type { Receipt } from '../teardown/receipt.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest run, 170 minutes; the job's own limit is 180, and a run that was cut short goes on when it is started again. */
const longestRunMilliseconds = 170 * 60_000;

/** Tears one deployment down and writes its receipt. */
export async function destroy(
  surroundings: Surroundings,
  deployment: Deployment,
  { aws }: Connection,
): Promise<Receipt> {
  const { clock, reporter, pollMilliseconds } = surroundings;
  const receipt = await destroyDeployment({
    deployment,
    stacks: await declaredStacks(surroundings, deployment),
    ports: aws,
    reporter,
    random: Math.random,
    clock,
    pollMilliseconds,
    deadline: new Date(clock.now().getTime() + longestRunMilliseconds),
  });
  reporter.summary(renderReceipt(receipt));
  reporter.info(`${receipt.message} (${receipt.calls} requests to AWS)`);
  return receipt;
}
