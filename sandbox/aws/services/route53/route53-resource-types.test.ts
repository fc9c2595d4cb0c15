import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { openServiceFixture } from '../service-fixture.ts';
import { createHostedZone, type HostedZone, route53ResourceTypes } from './route53-resource-types.ts';

const [type] = route53ResourceTypes as [ResourceType];
let fixture: ReturnType<typeof openServiceFixture>;
let zone: HostedZone;
beforeEach(() => {
  fixture = openServiceFixture();
  zone = createHostedZone(fixture.world, 'Z1', 'example.org');
});
afterEach(() => fixture.close());

const record = (change: object = {}): Record<string, unknown> => ({
  HostedZoneId: 'Z1',
  Name: 'Lab.example.org',
  Type: 'CNAME',
  TTL: '300',
  ResourceRecords: ['lb.us-west-2.elb.amazonaws.com'],
  ...change,
});

describe('record sets', () => {
  it('are put into their zone and taken out again', async () => {
    const { physicalId } = await fixture.create(type, record());
    expect(physicalId).toBe('lab.example.org');
    expect([...zone.records.values()]).toMatchObject([{ name: 'lab.example.org.', ttl: 300 }]);
    await expect(fixture.create(type, record())).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
      message: "[Tried to create resource record set [name='lab.example.org.', type='CNAME'] but it already exists]",
    });
    await fixture.remove(type, physicalId, record());
    expect(zone.records.size).toBe(0);
  });

  it.each([
    [{ HostedZoneId: 'Z2' }, 'NoSuchHostedZone', /Z2/],
    [{ Name: 'lab.example.com' }, 'InvalidChangeBatch', /not permitted in zone example\.org\./],
    [{ Name: 'notexample.org' }, 'InvalidChangeBatch', /not permitted in zone/],
    [{ Name: 'example.org' }, 'InvalidChangeBatch', /apex/],
    [{ ResourceRecords: [] }, 'InvalidChangeBatch', /alias/],
    [{ Weight: 1 }, 'NotImplemented', /Weight of AWS::Route53::RecordSet/],
  ])('are refused with %j', async (change, code, message) => {
    await expect(fixture.create(type, record(change))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
