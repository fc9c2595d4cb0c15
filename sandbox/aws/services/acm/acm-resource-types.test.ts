import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { elbv2State } from '../elbv2/elbv2-state.ts';
import { createHostedZone, type HostedZone } from '../route53/route53-resource-types.ts';
import { openServiceFixture } from '../service-fixture.ts';
import { acmResourceTypes } from './acm-resource-types.ts';
import { findCertificate } from './acm-state.ts';

const [type] = acmResourceTypes as [ResourceType];
const region = 'us-west-2';
let fixture: ReturnType<typeof openServiceFixture>;
let zone: HostedZone;
beforeEach(() => {
  fixture = openServiceFixture();
  zone = createHostedZone(fixture.world, 'Z1', 'example.org');
});
afterEach(() => fixture.close());

const wanted = (change: object = {}): Record<string, unknown> => ({
  DomainName: 'lab.example.org',
  ValidationMethod: 'DNS',
  DomainValidationOptions: [{ DomainName: 'lab.example.org', HostedZoneId: 'Z1' }],
  ...change,
});

describe('certificates of a stack', () => {
  it('are issued once the record of their domain is in its zone, which outlives them', async () => {
    const { physicalId, attributes } = await fixture.create(type, wanted());
    expect(attributes).toEqual({ CertificateArn: physicalId });
    expect(findCertificate(fixture.world, region, physicalId).status).toBe('PENDING_VALIDATION');
    await fixture.finish(type, physicalId);
    expect(findCertificate(fixture.world, region, physicalId)).toMatchObject({
      status: 'ISSUED',
      issuer: 'AMAZON_ISSUED',
    });
    expect([...zone.records.values()]).toMatchObject([
      { name: expect.stringMatching(/^_[0-9a-f]{32}\.lab\.example\.org\.$/), type: 'CNAME' },
    ]);
    await fixture.create(type, wanted());
    expect(zone.records.size).toBe(1);
    await fixture.remove(type, physicalId, wanted());
    expect(() => findCertificate(fixture.world, region, physicalId)).toThrow(/Could not find certificate/);
    expect(zone.records.size).toBe(1);
  });

  it('stay while a listener shows them', async () => {
    const { physicalId } = await fixture.create(type, wanted());
    const listeners = elbv2State(fixture.world, region).listeners;
    const listener = {
      arn: 'listener',
      loadBalancerArn: 'balancer',
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: undefined,
    };
    listeners.set('listener', { ...listener, certificateArns: [physicalId], actions: [], rules: new Map(), tags: {} });
    await expect(fixture.remove(type, physicalId, wanted())).rejects.toMatchObject({ code: 'ResourceInUseException' });
    listeners.clear();
    await fixture.remove(type, physicalId, wanted());
  });

  it.each([
    [{ DomainValidationOptions: [{ DomainName: 'lab.example.org', HostedZoneId: 'Z2' }] }, 'NoSuchHostedZone'],
    [{ DomainName: 'lab.example.com' }, 'NotImplemented'],
    [
      { DomainName: 'a.org', DomainValidationOptions: [{ DomainName: 'a.org', HostedZoneId: 'Z1' }] },
      'InvalidDomainValidationOptionsException',
    ],
    [{ ValidationMethod: 'EMAIL' }, 'NotImplemented'],
    [{ SubjectAlternativeNames: ['b.example.org'] }, 'NotImplemented'],
  ])('are refused with %j', async (change, code) => {
    await expect(fixture.create(type, wanted(change))).rejects.toMatchObject({ code });
  });
});
