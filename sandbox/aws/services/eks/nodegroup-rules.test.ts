import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { autoScalingResourceTypes } from '../auto-scaling/auto-scaling-resource-types.ts';
import { autoScalingGroups, setDesiredCapacity } from '../auto-scaling/auto-scaling-state.ts';
import { type AccountFixture, openAccount, refusalOf } from '../ec2/account-fixture.ts';
import { ec2ResourceTypes } from '../ec2/ec2-resource-types.ts';
import { makeNetwork } from '../ec2/network-fixture.ts';
import { eksResourceTypes } from './eks-resource-types.ts';
import { eksService } from './eks-service.ts';

type Properties = Record<string, unknown>;
type State = Awaited<ReturnType<AccountFixture['create']>>;

let account: AccountFixture;
let before: Properties;
let group: State;
/** One change of every property that can change in place. */
let changes: Record<string, unknown>;

beforeAll(async () => {
  account = openAccount([...eksResourceTypes, ...ec2ResourceTypes, ...autoScalingResourceTypes]);
  const { privateSubnets } = await makeNetwork(account);
  await account.create('AWS::EKS::Cluster', {
    Name: 'sar-cluster',
    Version: '1.36',
    RoleArn: 'arn:aws:iam::123456789012:role/cluster',
    AccessConfig: { AuthenticationMode: 'API' },
    ResourcesVpcConfig: { SubnetIds: privateSubnets },
  });
  const template = await account.create('AWS::EC2::LaunchTemplate', { LaunchTemplateData: {} });
  const data = { LaunchTemplateData: { EbsOptimized: true } };
  await account.update('AWS::EC2::LaunchTemplate', template, { from: { LaunchTemplateData: {} }, to: data });
  before = {
    ClusterName: 'sar-cluster',
    NodeRole: 'arn:aws:iam::123456789012:role/node',
    Subnets: [privateSubnets[0]],
    Version: '1.35',
    LaunchTemplate: { Id: template.physicalId, Version: '1' },
    ScalingConfig: { MinSize: 0, DesiredSize: 1, MaxSize: 2 },
  };
  changes = {
    Version: '1.36',
    ReleaseVersion: '1.35.1-20261101',
    LaunchTemplate: { Id: template.physicalId, Version: '2' },
    ScalingConfig: { MinSize: 0, DesiredSize: 1, MaxSize: 3 },
    Labels: { a: 'b' },
    Taints: [{ Key: 'a', Value: 'b', Effect: 'NO_SCHEDULE' }],
    Tags: { a: 'b' },
    UpdateConfig: { MaxUnavailable: 1 },
    NodeRepairConfig: { Enabled: true },
  };
  group = await account.create('AWS::EKS::Nodegroup', before);
});
afterAll(() => account.close());

const update = (...names: string[]): Promise<State> =>
  updateTo(Object.fromEntries(names.map((name) => [name, changes[name]])));
const updateTo = (wanted: Properties): Promise<State> =>
  account.update('AWS::EKS::Nodegroup', group, { from: before, to: { ...before, ...wanted } });

describe('an update of a node group', () => {
  const { alone, message } = rules.nodeGroupUpdate;

  it.each(alone)('changes %s with nothing else', async (name) => {
    for (const other of Object.keys(changes).filter((each) => each !== name)) {
      expect(await refusalOf(update(name, other)), other).toEqual({ code: 'InvalidRequest', message });
    }
  });

  it('changes everything else together', async () => {
    await update(...Object.keys(changes).filter((name) => !alone.includes(name)));
    await updateTo({});
  });

  it.each(alone)('changes %s alone', async (name) => {
    await update(name);
    await updateTo({});
  });
});

describe('the sizes of a node group', () => {
  const sizes = (MinSize: number, MaxSize: number): Promise<State> => updateTo({ ScalingConfig: { MinSize, MaxSize } });

  it('are judged by the number that runs, where none is wanted', async () => {
    const [scaling] = autoScalingGroups(account.world, account.region).values();
    if (!scaling) throw new Error('The node group has no group.');
    setDesiredCapacity(account.world, account.region, scaling, 1);
    const refused = {
      code: 'InvalidParameterException',
      message: "Minimum capacity 2 can't be greater than desired size 1",
    };
    expect(await refusalOf(sizes(2, 3))).toEqual(refused);
    const call = account.call(eksService, 'UpdateNodegroupConfig', {
      clusterName: 'sar-cluster',
      nodegroupName: group.attributes['NodegroupName'],
      scalingConfig: { minSize: 2, maxSize: 3 },
    });
    expect(await refusalOf(call)).toEqual(refused);
    setDesiredCapacity(account.world, account.region, scaling, 2);
    await sizes(2, 3);
    expect((await refusalOf(sizes(0, 1))).message).toBe("Desired capacity 2 can't be greater than maximum size 1");
  });
});
