import {
  CreateClusterCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  EKSClient,
  ListTagsForResourceCommand,
  ListUpdatesCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, recorder, startEndpointFixture } from '../endpoint-fixture.ts';
import { AwsError, type ServiceModule } from '../service.ts';

const cluster = {
  name: 'sar-cluster',
  createdAt: new Date('2026-11-23T10:11:12.345Z'),
  status: 'ACTIVE',
  tags: { 'opensarlab:deployment': 'sar' },
};
const seen = {
  create: recorder({ cluster }),
  addon: recorder({ addon: { addonName: 'vpc-cni' } }),
  versions: recorder({ addons: [] }),
  updates: recorder({ updateIds: [] }),
  tags: recorder({ tags: {} }),
  untag: recorder({}),
};
const service: ServiceModule = {
  signingName: 'eks',
  protocol: 'rest-json',
  loadClient: () => import('@aws-sdk/client-eks'),
  operations: {
    CreateCluster: seen.create.operation,
    DescribeCluster({ name }: { name?: string }) {
      if (name !== cluster.name) throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`);
      return { cluster };
    },
    DescribeAddon: seen.addon.operation,
    DescribeAddonVersions: seen.versions.operation,
    ListUpdates: seen.updates.operation,
    ListTagsForResource: seen.tags.operation,
    UntagResource: seen.untag.operation,
  },
};

let endpoint: EndpointFixture;
let client: EKSClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture([service]);
  client = new EKSClient(endpoint.client());
});
afterAll(() => endpoint.close());

describe('the REST-JSON protocol', () => {
  it('collects the input from path, query and body', async () => {
    const input = {
      name: 'sar-cluster',
      roleArn: 'arn:aws:iam::123456789012:role/eks',
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], endpointPublicAccess: true },
      tags: { 'a b': 'c' },
      clientRequestToken: 'token',
    };
    await client.send(new CreateClusterCommand(input));
    expect(seen.create.inputs.at(-1)).toEqual(input);
    await client.send(new ListUpdatesCommand({ name: 'sar', nodegroupName: 'a/b c', maxResults: 5 }));
    expect(seen.updates.inputs.at(-1)).toEqual({ name: 'sar', nodegroupName: 'a/b c', maxResults: 5 });
  });

  it('tells fixed path segments from labels, whatever a label holds', async () => {
    await client.send(new DescribeAddonCommand({ clusterName: 'sar', addonName: 'vpc-cni' }));
    expect(seen.addon.inputs.at(-1)).toEqual({ clusterName: 'sar', addonName: 'vpc-cni' });
    await client.send(new DescribeAddonVersionsCommand({ kubernetesVersion: '1.36' }));
    expect(seen.versions.inputs.at(-1)).toEqual({ kubernetesVersion: '1.36' });
    const resourceArn = 'arn:aws:eks:us-west-2:123456789012:addon/sar/vpc-cni/1';
    await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(seen.tags.inputs.at(-1)).toEqual({ resourceArn });
  });

  it('reads repeated query parameters as a list', async () => {
    const input = { resourceArn: 'arn:aws:eks:us-west-2:123456789012:cluster/sar', tagKeys: ['a', 'b c'] };
    await client.send(new UntagResourceCommand(input));
    expect(seen.untag.inputs.at(-1)).toEqual(input);
  });

  it('writes what the client then has', async () => {
    const output = await client.send(new DescribeClusterCommand({ name: 'sar-cluster' }));
    expect(output.cluster).toEqual(cluster);
  });

  it('sends the status that the model gives to an exception', async () => {
    await expect(client.send(new DescribeClusterCommand({ name: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No cluster found for name: x.',
      $metadata: { httpStatusCode: 404 },
    });
  });
});
