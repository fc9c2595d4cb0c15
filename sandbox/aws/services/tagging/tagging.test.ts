import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, testRegion } from '../../endpoint-fixture.ts';
import { importCertificate } from '../acm/acm-state.ts';
import { taggedResourceSources } from './tagged-resource-sources.ts';
import { LINGERING_SECONDS, type TaggedResource } from './tagged-resources.ts';
import { createTaggingService } from './tagging-service.ts';

let resources: TaggedResource[] = [];
let endpoint: EndpointFixture;
let client: ResourceGroupsTaggingAPIClient;
beforeAll(async () => {
  const source = (_world: unknown, region: string): TaggedResource[] => (region === testRegion ? resources : []);
  endpoint = await startEndpointFixture([createTaggingService([source])]);
  client = new ResourceGroupsTaggingAPIClient(endpoint.client());
});
afterAll(() => endpoint.close());

const volume = (id: number, name: string): TaggedResource => ({
  arn: `arn:aws:ec2:us-west-2:123456789012:volume/vol-${id}`,
  tags: { 'opensarlab:deployment': name, index: String(id) },
});
const bucket = { arn: 'arn:aws:s3:::codepipeline-us-west-2-sar', tags: { 'opensarlab:deployment': 'sar' } };
const arns = async (input: GetResourcesCommandInput): Promise<string[]> => {
  const found = [];
  for await (const page of paginateGetResources({ client, pageSize: 2 }, input)) {
    found.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN = '' }) => ResourceARN));
  }
  return found;
};
const named = (value: string) => ({ TagFilters: [{ Key: 'opensarlab:deployment', Values: [value] }] });

it('lists certificates, as AWS does (resourcegroupstagging, supported-services.html)', () => {
  const certificate = importCertificate(endpoint.world, testRegion, { domainName: 'lab.example.org' });
  certificate.tags = { 'opensarlab:deployment': 'sar' };
  const listed = taggedResourceSources.flatMap((source) => [...source(endpoint.world, testRegion)]);
  expect(listed).toContainEqual({ arn: certificate.arn, tags: certificate.tags });
});

describe('GetResources', () => {
  beforeEach(() => {
    const untagged = { arn: 'arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1', tags: {} };
    resources = [volume(1, 'sar'), volume(2, 'sar'), volume(3, 'sar-test'), bucket, untagged];
  });

  it('finds exact values of tags, in pages', async () => {
    expect(await arns(named('sar'))).toEqual([volume(1, '').arn, volume(2, '').arn, bucket.arn]);
    expect(await arns({ TagFilters: [...named('sar').TagFilters, { Key: 'index', Values: ['2', '3'] }] })).toEqual([
      volume(2, '').arn,
    ]);
    expect(await arns({ TagFilters: [{ Key: 'index' }] })).toHaveLength(3);
  });

  it('filters by type', async () => {
    expect(await arns({ ResourceTypeFilters: ['s3'] })).toEqual([bucket.arn]);
    expect(await arns({ ResourceTypeFilters: ['ec2:volume'] })).toHaveLength(3);
    expect(await arns({ ResourceTypeFilters: ['ec2:snapshot'] })).toEqual([]);
  });

  it('lists nothing untagged and nothing of another region', async () => {
    expect(await arns({})).toHaveLength(4);
    const elsewhere = new ResourceGroupsTaggingAPIClient(endpoint.client({ region: 'eu-west-1' }));
    const output = await elsewhere.send(new GetResourcesCommand({}));
    expect(output).toMatchObject({ ResourceTagMappingList: [], PaginationToken: '' });
  });

  it('goes on listing what is gone for a while', async () => {
    await arns(named('sar'));
    resources = [bucket];
    expect(await arns(named('sar'))).toHaveLength(3);
    await endpoint.world.clock.sleep(LINGERING_SECONDS + 10);
    expect(await arns(named('sar'))).toEqual([bucket.arn]);
  });

  it('refuses a broken token and parameters it does not have', async () => {
    await expect(client.send(new GetResourcesCommand({ PaginationToken: 'x' }))).rejects.toMatchObject({
      name: 'PaginationTokenExpiredException',
    });
    await expect(client.send(new GetResourcesCommand({ TagsPerPage: 100 }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});
