import { describe, expect, it } from 'vitest';
import { catalogueSources, deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { Failure } from '../failure.ts';
import type { Account } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';
import type { PreflightFinding } from './plan.ts';
import { runPreflight } from './preflight.ts';

const sources = catalogueSources();

async function findings(
  account: Partial<Account>,
  { text = exampleText, there = [] as readonly StackKind[] } = {},
): Promise<Record<string, PreflightFinding>> {
  const deployment = deploymentOf(text);
  const ports = new FakeAws().ports();
  const found = await runPreflight({
    deployment,
    stacks: stacksOf(deployment, sources),
    states: new Map(there.map((kind) => [kind, { name: kind } as StackState])),
    ports: { ...ports, account: { ...ports.account, ...account } },
    now: new Date('2026-11-23T10:00:00Z'),
  });
  return Object.fromEntries(found.map((each) => [each.id, each]));
}

const room = (vpcs: number, addresses: number): Partial<Account> => ({
  networkUse: async () => ({ vpcs, addresses, clusters: [], loadBalancers: [] }),
  quota: async () => 5,
});

describe('quotas of the network', () => {
  it('leave room for one VPC and the address of its NAT gateway', async () => {
    expect(await findings(room(4, 4))).toMatchObject({ 'network-quota': { outcome: 'ok' } });
    expect(await findings(room(5, 4))).toMatchObject({
      'network-quota': {
        outcome: 'blocker',
        detail: 'The region has no room for 1 more VPC beside 5 of 5 (vpc/L-F678F1CE).',
      },
    });
    expect(await findings(room(4, 5))).toMatchObject({
      'network-quota': {
        outcome: 'blocker',
        detail: 'The region has no room for 1 more Elastic IP address beside 5 of 5 (ec2/L-0263D0A3).',
      },
    });
  });

  it('do not count an address that public nodes do not need', async () => {
    const text = exampleWith(['nodes: private ', 'nodes: public ']);
    expect(await findings(room(4, 5), { text })).toMatchObject({ 'network-quota': { outcome: 'ok' } });
  });

  it('do not concern a network that stands', async () => {
    expect(await findings(room(5, 5), { there: ['cluster'] })).not.toHaveProperty('network-quota');
  });

  it('are no good news where AWS does not state them', async () => {
    expect(await findings({ quota: async () => undefined })).toMatchObject({
      'network-quota': {
        outcome: 'warning',
        detail: expect.stringContaining('VPC (vpc/L-F678F1CE) and Elastic IP address (ec2/L-0263D0A3)'),
      },
      'build-quota': { outcome: 'warning' },
      'vcpu-quota': { outcome: 'warning' },
    });
  });

  it('are unknown, and nothing else is, when EC2 does not answer', async () => {
    const failing = { networkUse: () => Promise.reject(new Failure({ code: 'X', source: 'aws', message: 'no' })) };
    expect(await findings(failing)).toMatchObject({
      'network-quota': { outcome: 'unknown', detail: 'no' },
      'build-quota': { outcome: 'ok' },
    });
  });
});

describe('quotas of builds', () => {
  it('block where an account was handed out without builds of the sizes it needs', async () => {
    const asked: string[] = [];
    const quota = async (service: string, code: string): Promise<number> => {
      asked.push(`${service}/${code}`);
      return service === 'codebuild' ? 0 : 1000;
    };
    expect(await findings({ quota })).toMatchObject({
      'build-quota': {
        outcome: 'blocker',
        detail:
          'The account may run no build on BUILD_GENERAL1_LARGE (codebuild/L-4DDC4A99) and BUILD_GENERAL1_SMALL (codebuild/L-9D07B6EF).',
      },
    });
    expect(asked.filter((each) => each.startsWith('codebuild'))).toEqual([
      'codebuild/L-4DDC4A99',
      'codebuild/L-9D07B6EF',
    ]);
  });

  it('do not concern projects that stand', async () => {
    expect(await findings({ quota: async () => 0 }, { there: stackKinds })).not.toHaveProperty('build-quota');
  });
});
