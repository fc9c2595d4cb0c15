import { ACMClient, DescribeCertificateCommand, paginateListCertificates } from '@aws-sdk/client-acm';
import {
  CostExplorerClient,
  ListCostAllocationTagsCommand,
  UpdateCostAllocationTagsStatusCommand,
} from '@aws-sdk/client-cost-explorer';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListAWSDefaultServiceQuotas,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountSetup, accountSetup } from './account-setup.ts';
import { type EndpointFixture, startEndpointFixture, testRegion } from './endpoint-fixture.ts';
import { acmService } from './services/acm/acm-service.ts';
import { costExplorerService } from './services/cost-explorer/cost-explorer-service.ts';
import { serviceQuotasService } from './services/service-quotas/service-quotas-service.ts';

let endpoint: EndpointFixture;
let setup: AccountSetup;
beforeAll(async () => {
  endpoint = await startEndpointFixture([acmService, costExplorerService, serviceQuotasService]);
  setup = accountSetup(endpoint.world);
});
afterAll(() => endpoint.close());

describe('certificates', () => {
  it('are there once somebody imported them, in that region only', async () => {
    const client = new ACMClient(endpoint.client());
    const { arn } = setup.importCertificate(testRegion, {
      domainName: '*.example.org',
      alternativeNames: ['example.org'],
    });
    const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
    expect(Certificate).toMatchObject({ Status: 'ISSUED', SubjectAlternativeNames: ['*.example.org', 'example.org'] });
    const elsewhere = new ACMClient(endpoint.client({ region: 'us-east-1' }));
    await expect(elsewhere.send(new DescribeCertificateCommand({ CertificateArn: arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new DescribeCertificateCommand({ CertificateArn: 'arn:x' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('expire', async () => {
    const client = new ACMClient(endpoint.client());
    const { arn } = setup.importCertificate(testRegion, { domainName: 'old.example.org', validDays: -1 });
    const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
    expect(Certificate?.Status).toBe('EXPIRED');
    const issued = [];
    for await (const page of paginateListCertificates({ client, pageSize: 1 }, { CertificateStatuses: ['ISSUED'] })) {
      issued.push(...(page.CertificateSummaryList ?? []).map(({ DomainName }) => DomainName));
    }
    expect(issued).toEqual(['*.example.org']);
  });
});

describe('quotas', () => {
  const place = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };

  it('have only a default until one is granted', async () => {
    const client = new ServiceQuotasClient(endpoint.client());
    await expect(client.send(new GetServiceQuotaCommand(place))).rejects.toMatchObject({
      name: 'NoSuchResourceException',
    });
    expect((await client.send(new GetAWSDefaultServiceQuotaCommand(place))).Quota?.Value).toBe(5);
    setup.grantQuota(testRegion, place.ServiceCode, place.QuotaCode, 256);
    expect((await client.send(new GetServiceQuotaCommand(place))).Quota?.Value).toBe(256);
    expect((await client.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' }))).Quotas).toHaveLength(1);
    const names = [];
    for await (const page of paginateListAWSDefaultServiceQuotas({ client, pageSize: 2 }, { ServiceCode: 'ec2' })) {
      names.push(...(page.Quotas ?? []).map(({ QuotaName }) => QuotaName));
    }
    expect(names).toContain('EC2-VPC Elastic IPs');
    expect(() => setup.grantQuota(testRegion, 'ec2', 'L-0', 1)).toThrow('does not know the quota ec2/L-0');
  });
});

describe('cost allocation tags', () => {
  it('can be activated once billing has seen them', async () => {
    const client = new CostExplorerClient(endpoint.client({ region: 'us-east-1' }));
    const activate = (TagKey: string) =>
      client.send(
        new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus: [{ TagKey, Status: 'Active' }] }),
      );
    expect((await activate('osl-billing')).Errors).toMatchObject([{ Code: 'TagKeysNotFoundException' }]);
    setup.showCostAllocationTag('osl-billing', 'Inactive');
    setup.showCostAllocationTag('other', 'Inactive');
    expect((await activate('osl-billing')).Errors).toEqual([]);
    const listed = await client.send(new ListCostAllocationTagsCommand({ TagKeys: ['osl-billing'] }));
    expect(listed.CostAllocationTags).toEqual([{ TagKey: 'osl-billing', Status: 'Active', Type: 'UserDefined' }]);
  });

  it('are hidden from accounts that another one pays for', async () => {
    const client = new CostExplorerClient(endpoint.client({ region: 'us-east-1' }));
    setup.setPayer(false);
    await expect(client.send(new ListCostAllocationTagsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
