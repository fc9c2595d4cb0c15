import type { Deployment } from '../deployment/deployment.ts';
import { toFailure } from '../failure.ts';
import type { PreflightFinding } from '../plan/plan.ts';
import { runPreflight } from '../plan/preflight.ts';
import { type Readiness, readinessOf } from '../plan/readiness.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import { checkAccount } from '../stack-operations/account-check.ts';
import type { StackKind } from '../stacks/stack.ts';
import { declaredStacks } from './declared-stacks.ts';
import { readinessFacts } from './readiness-facts.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Asks the account of a deployment whether it is ready: the same checks as in a plan, all of them, without a plan. Reads only.
 * @throws Failure of `declaredStacks`, such as `TemplateTooLarge`; an account that cannot be asked is a check that is `unknown`
 */
export async function doctor(
  surroundings: Pick<Surroundings, 'workspace' | 'clock' | 'connect'>,
  deployment: Deployment,
): Promise<Readiness> {
  const { name, aws } = deployment;
  const place = { deployment: name, accountId: aws.account_id, region: aws.region };
  const checks = await examine(surroundings, deployment);
  return { ...place, verdict: readinessOf(checks), checks };
}

async function examine(
  surroundings: Pick<Surroundings, 'workspace' | 'clock' | 'connect'>,
  deployment: Deployment,
): Promise<PreflightFinding[]> {
  const stacks = await declaredStacks(surroundings, deployment);
  let ports: AwsPorts;
  const states = new Map<StackKind, StackState | undefined>();
  try {
    ports = (await surroundings.connect(deployment, 'plan')).aws;
    await checkAccount(deployment, ports.account);
    for (const { kind, name } of stacks) states.set(kind, await ports.cloudFormation.findStack(name));
    const facts = await readinessFacts(surroundings, deployment, ports);
    const now = surroundings.clock.now();
    return await runPreflight({ ...facts, deployment, stacks, states, ports, now, isThorough: true });
  } catch (error) {
    const { message, hint } = toFailure(error);
    const advice = hint === undefined ? {} : { hint };
    return [{ id: 'account', title: 'AWS account', outcome: 'unknown', detail: message, ...advice }];
  }
}
