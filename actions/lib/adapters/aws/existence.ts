import type { Existence } from '../../ports/existence.ts';
import type { CallCounter, ClientSettings } from './client-settings.ts';
import type { ExistenceCheck } from './existence-check.ts';
import { clusterChecks } from './existence-clusters.ts';
import { dataChecks } from './existence-data.ts';
import { deliveryChecks } from './existence-delivery.ts';
import { networkChecks } from './existence-ec2.ts';
import { identityChecks } from './existence-iam.ts';
import { loadBalancerChecks } from './existence-load-balancers.ts';
import { logChecks } from './existence-logs.ts';

/** The port that asks each resource's own service. Types without a check of their own are `unverifiable`. */
export function connectExistence(settings: ClientSettings, counter: CallCounter): Existence {
  const checks = existenceChecks(settings, counter);
  return {
    check: async ({ type, physicalId }) => {
      const check = Object.hasOwn(checks, type) ? checks[type] : undefined;
      return check === undefined ? 'unverifiable' : check(physicalId);
    },
  };
}

/** All checks by CloudFormation's type name. */
export function existenceChecks(
  settings: ClientSettings,
  counter: CallCounter,
): Readonly<Record<string, ExistenceCheck>> {
  return {
    ...networkChecks(settings, counter),
    ...clusterChecks(settings, counter),
    ...identityChecks(settings, counter),
    ...loadBalancerChecks(settings, counter),
    ...logChecks(settings, counter),
    ...deliveryChecks(settings, counter),
    ...dataChecks(settings, counter),
  };
}
