import type {
  GetAWSDefaultServiceQuotaCommandInput,
  GetAWSDefaultServiceQuotaCommandOutput,
  GetServiceQuotaCommandInput,
  GetServiceQuotaCommandOutput,
  ListAWSDefaultServiceQuotasCommandInput,
  ListAWSDefaultServiceQuotasCommandOutput,
  ListServiceQuotasCommandInput,
  ListServiceQuotasCommandOutput,
  RequestServiceQuotaIncreaseCommandInput,
  RequestServiceQuotaIncreaseCommandOutput,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { appliedQuotas, defaultQuotas, type Quota, quotaRequests, quotaValue } from './service-quotas-state.ts';

type Output<T> = Omit<T, '$metadata'>;
type Place = { ServiceCode?: string | undefined; QuotaCode?: string | undefined };
type Page = { MaxResults?: number | undefined; NextToken?: string | undefined };

/** "For some quotas, only the default values are available" (API_GetServiceQuota.html): those are not found here. */
const getServiceQuota = (
  input: GetServiceQuotaCommandInput,
  context: CallContext,
): Output<GetServiceQuotaCommandOutput> => ({
  Quota: describe(context, pick(appliedQuotas(context.world, context.region, input.ServiceCode), input)),
});

const getDefaultQuota = (
  input: GetAWSDefaultServiceQuotaCommandInput,
  context: CallContext,
): Output<GetAWSDefaultServiceQuotaCommandOutput> => ({
  Quota: describe(context, pick(defaultQuotas(input.ServiceCode), input)),
});

const listServiceQuotas = (
  input: ListServiceQuotasCommandInput,
  context: CallContext,
): Output<ListServiceQuotasCommandOutput> =>
  listed(context, appliedQuotas(context.world, context.region, input.ServiceCode), input);

const listDefaultQuotas = (
  input: ListAWSDefaultServiceQuotasCommandInput,
  context: CallContext,
): Output<ListAWSDefaultServiceQuotasCommandOutput> => listed(context, defaultQuotas(input.ServiceCode), input);

/** One open request for each quota, and only for more than there is (API_RequestServiceQuotaIncrease.html, Errors). */
function requestIncrease(
  input: RequestServiceQuotaIncreaseCommandInput,
  { world, region }: CallContext,
): Output<RequestServiceQuotaIncreaseCommandOutput> {
  const { serviceCode, quotaCode } = pick(defaultQuotas(input.ServiceCode), input);
  const value = input.DesiredValue ?? 0;
  if (value <= quotaValue(world, region, serviceCode, quotaCode)) {
    throw new AwsError(
      'IllegalArgumentException',
      'You must provide a quota value greater than the current quota value.',
    );
  }
  const requests = world.state(quotaRequests, region);
  const key = `${serviceCode}/${quotaCode}`;
  if (requests.has(key))
    throw new AwsError(
      'ResourceAlreadyExistsException',
      'Only one open service quota increase request is allowed per quota.',
    );
  requests.set(key, value);
  return {
    RequestedQuota: { ServiceCode: serviceCode, QuotaCode: quotaCode, DesiredValue: value, Status: 'PENDING' },
  };
}

function pick(quotas: readonly Quota[], { QuotaCode }: Place): Quota {
  const found = quotas.find(({ quotaCode }) => quotaCode === QuotaCode);
  if (!found)
    throw new AwsError('NoSuchResourceException', 'The request failed because the specified quota does not exist.');
  return found;
}

/** 100 quotas a page at most (API_ListServiceQuotas.html). */
function listed(
  context: CallContext,
  quotas: readonly Quota[],
  { MaxResults, NextToken }: Page,
): { Quotas: ServiceQuota[]; NextToken?: string } {
  const { page, nextToken } = tokenPage(quotas, {
    size: MaxResults ?? 100,
    token: NextToken,
    errorCode: 'InvalidPaginationTokenException',
  });
  return { Quotas: page.map((each) => describe(context, each)), ...(nextToken ? { NextToken: nextToken } : {}) };
}

const describe = ({ world, region }: CallContext, quota: Quota): ServiceQuota => ({
  ServiceCode: quota.serviceCode,
  ServiceName: quota.serviceName,
  QuotaArn: `arn:aws:servicequotas:${region}:${world.accountId}:${quota.serviceCode}/${quota.quotaCode}`,
  QuotaCode: quota.quotaCode,
  QuotaName: quota.name,
  Value: quota.value,
  Unit: 'None',
  Adjustable: quota.adjustable,
  GlobalQuota: false,
});

/** Service Quotas (docs.aws.amazon.com/servicequotas/2019-06-24/apireference). */
export const serviceQuotasService: ServiceModule = {
  signingName: 'servicequotas',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-service-quotas'),
  members: membersRead('servicequotas'),
  operations: {
    GetServiceQuota: getServiceQuota,
    GetAWSDefaultServiceQuota: getDefaultQuota,
    ListServiceQuotas: listServiceQuotas,
    ListAWSDefaultServiceQuotas: listDefaultQuotas,
    RequestServiceQuotaIncrease: requestIncrease,
  },
};
