import { CostExplorerClient, UpdateCostAllocationTagsStatusCommand } from '@aws-sdk/client-cost-explorer';
import { RequestServiceQuotaIncreaseCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { Failure } from '../../failure.ts';
import type { AccountRepairs } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port by which `doctor --fix` changes an account, with a person's own credentials; no role of a workflow has it. */
export function connectAccountRepairs(settings: ClientSettings, counter: CallCounter): AccountRepairs {
  const quotas = counted(new ServiceQuotasClient(settings), counter);
  const costs = counted(new CostExplorerClient({ ...settings, region: 'us-east-1' }), counter);
  return {
    async requestQuota({ service, code, value }) {
      const input = { ServiceCode: service, QuotaCode: code, DesiredValue: value };
      // AWS takes one request at a time for each quota (Service Quotas API, RequestServiceQuotaIncrease).
      const asked = await findInAws(`ask for the quota ${service}/${code}`, ['ResourceAlreadyExistsException'], () =>
        quotas.send(new RequestServiceQuotaIncreaseCommand(input)),
      );
      return asked === undefined ? 'asked already' : 'asked';
    },
    async activateCostTag(key) {
      const CostAllocationTagsStatus = [{ TagKey: key, Status: 'Active' as const }];
      const { Errors: [error] = [] } = await callAws(`activate the cost allocation tag ${key}`, () =>
        costs.send(new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus })),
      );
      if (error === undefined) return;
      const message = `The cost allocation tag ${key} was not activated: ${error.Message ?? error.Code ?? 'no reason given'}.`;
      throw new Failure({ code: 'CostTagRefused', source: 'aws', message });
    },
  };
}
