import { CreateTagsCommand, DescribeVolumesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, recorder, startEndpointFixture } from '../endpoint-fixture.ts';
import { AwsError, type ServiceModule } from '../service.ts';

const volume = {
  VolumeId: 'vol-1',
  CreateTime: new Date('2026-11-23T10:11:12.000Z'),
  Encrypted: true,
  Size: 30,
  State: 'available',
  Attachments: [],
  Tags: [{ Key: 'kubernetes.io/cluster/sar-cluster', Value: 'owned' }],
};
const describeVolumes = recorder({ Volumes: [volume], NextToken: 'more' });
const createTags = recorder({});
const runInstances = recorder({ Instances: [] });
const service: ServiceModule = {
  signingName: 'ec2',
  protocol: 'ec2-query',
  xmlNamespace: '2016-11-15',
  loadClient: () => import('@aws-sdk/client-ec2'),
  operations: {
    DescribeVolumes(input: Record<string, unknown>) {
      if (input['VolumeIds']) throw new AwsError('InvalidVolume.NotFound', "The volume 'vol-2' does not exist.");
      return describeVolumes.operation(input);
    },
    CreateTags: createTags.operation,
    RunInstances: runInstances.operation,
  },
};

let endpoint: EndpointFixture;
let client: EC2Client;
beforeAll(async () => {
  endpoint = await startEndpointFixture([service]);
  client = new EC2Client(endpoint.client());
});
afterAll(() => endpoint.close());

describe('the EC2 query protocol', () => {
  it('reads flat lists and the names that EC2 gives to members', async () => {
    const input = {
      Filters: [
        { Name: 'tag:a', Values: ['1', '2'] },
        { Name: 'status', Values: ['available'] },
      ],
      MaxResults: 500,
    };
    await client.send(new DescribeVolumesCommand(input));
    expect(describeVolumes.inputs.at(-1)).toEqual(input);
    const tags = { Resources: ['vol-1', 'vol-2'], Tags: [{ Key: 'a', Value: '' }] };
    await client.send(new CreateTagsCommand(tags));
    expect(createTags.inputs.at(-1)).toEqual(tags);
  });

  it('reads deeply nested structures', async () => {
    const input = {
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, Encrypted: true } }],
      NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-1', 'sg-2'], PrivateIpAddresses: [{ Primary: true }] }],
      ClientToken: 'token',
    };
    await client.send(new RunInstancesCommand(input));
    expect(runInstances.inputs.at(-1)).toEqual(input);
  });

  it('writes what the client then has', async () => {
    const output = await client.send(new DescribeVolumesCommand({}));
    expect(output).toMatchObject({ Volumes: [volume], NextToken: 'more' });
    expect(output.$metadata.httpStatusCode).toBe(200);
  });

  it('puts errors into the form of EC2', async () => {
    await expect(client.send(new DescribeVolumesCommand({ VolumeIds: ['vol-2'] }))).rejects.toMatchObject({
      name: 'InvalidVolume.NotFound',
      message: "The volume 'vol-2' does not exist.",
    });
  });
});
