import { AwsError, type FaultOrder } from '@opensarlab/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployDeployment } from '../actions/lib/deploy/deploy.ts';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import { approvedPlan } from '../actions/lib/deploy/test/approved-plan.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { sampleDeployment } from '../actions/lib/ports/test/sample-deployment.ts';
import { openTestAccount, pushFiles, type TestAccount, testPatience } from './deploy-account.ts';
import { hubImagesBuildspec, lifecycleStacks } from './deploy-lifecycle-stacks.ts';

const buildspec = 'version: 0.2\nphases: {build: {commands: ["true"]}}\n';
let account: TestAccount;

beforeEach(async () => {
  account = await openTestAccount();
});
afterEach(() => account.close());

/** A function that deploys the same new deployment with each call. */
async function newDeployment(): Promise<() => Promise<DeployRecord>> {
  const name = 'sar';
  const sample = sampleDeployment();
  const deployment = sampleDeployment({ name, aws: { ...sample.aws, account_id: account.accountId } });
  const mirrored = { container: '', cluster: '' };
  for (const kind of ['container', 'cluster'] as const) {
    await account.connect().repositories.create(`${name}-${kind}`, 'Mirror', {});
    mirrored[kind] = pushFiles(account, `${name}-${kind}`, {
      'buildspec.yml': buildspec,
      'hubbuildspec.yml': hubImagesBuildspec(deployment),
    });
  }
  const stacks = lifecycleStacks(deployment);
  const surroundings = () => ({ ports: account.connect(), reporter: quietReporter(), random: Math.random });
  // Approved before anything fails.
  const approved = await approvedPlan({ ...testPatience(), ...surroundings(), deployment, stacks });
  return () => deployDeployment({ ...testPatience(), ...surroundings(), deployment, stacks, mirrored, ...approved });
}

const throttling: FaultOrder['fault'] = { kind: 'error', error: new AwsError('Throttling', 'Rate exceeded') };
const expired: FaultOrder['fault'] = {
  kind: 'error',
  error: new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
};

describe('a deployment with AWS failing underneath', { timeout: 30_000 }, () => {
  it.each<FaultOrder>([
    { service: 'cloudformation', times: 2, fault: throttling },
    { service: 'cloudformation', operation: 'CreateChangeSet', times: 2, fault: { kind: 'lost-answer' } },
    { service: 'cloudformation', operation: 'ExecuteChangeSet', times: 2, fault: { kind: 'lost-answer' } },
    { service: 'cloudformation', operation: 'DescribeStacks', times: 3, fault: { kind: 'drop' } },
    { service: 'codebuild', operation: 'StartBuild', fault: { kind: 'lost-answer' } },
  ])('succeeds in spite of %o', async (order) => {
    const deploy = await newDeployment();
    account.sandbox.faults.inject(order);
    const record = await deploy();
    expect(record.steps.flatMap(({ failure }) => failure?.message ?? [])).toEqual([]);
    expect(record.outcome).toBe('succeeded');
    expect(account.sandbox.faults.hits).toBeGreaterThan(0);
  });

  it.each<FaultOrder>([
    { service: 'cloudformation', operation: 'DescribeStacks', after: 8, times: 10_000, fault: expired },
    { service: 'codepipeline', operation: 'ListPipelineExecutions', after: 3, times: 10_000, fault: expired },
  ])('is unknown when credentials are lost (%o), and converges when run again', async (order) => {
    const deploy = await newDeployment();
    account.sandbox.faults.inject(order);
    const record = await deploy();
    expect(record.outcome).toBe('unknown');
    expect(record.steps.flatMap(({ failure }) => failure?.code ?? [])).toContain('CredentialsLost');
    account.sandbox.faults.clear();
    expect(await deploy()).toMatchObject({ outcome: 'succeeded' });
    expect(await deploy()).toMatchObject({ outcome: 'succeeded', unchanged: true });
  });
});
