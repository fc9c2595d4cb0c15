import { type Certificate, importCertificate } from './services/acm/acm-state.ts';
import { costExplorerState } from './services/cost-explorer/cost-explorer-service.ts';
import { createHostedZone, type HostedZone } from './services/route53/route53-resource-types.ts';
import { makeSecret, putSecretValue } from './services/secrets-manager/secrets-state.ts';
import { grantQuota } from './services/service-quotas/service-quotas-state.ts';
import { type EmailIdentity, makeIdentity, sesState } from './services/ses/ses-state.ts';
import { type AwsWorld, GLOBAL } from './world.ts';

/** What an operator, or AWS Support, has done in an account before anything is deployed. */
export type AccountSetup = {
  /** @param settings.validDays virtual days until it expires; default 365 */
  importCertificate(
    region: string,
    settings: {
      domainName: string;
      alternativeNames?: string[];
      status?: Certificate['status'];
      validDays?: number;
    },
  ): Certificate;
  /** @returns the secret's ARN */
  createSecret(region: string, name: string, value: string): string;
  /** Registers an address or domain if need be, and confirms it. */
  verifySesIdentity(region: string, identity: string): EmailIdentity;
  /** Moves the region out of the SES sandbox. */
  grantSesProductionAccess(region: string): void;
  /** @throws Error when the sandbox does not know the quota */
  grantQuota(region: string, serviceCode: string, quotaCode: string, value: number): void;
  /** @param id e.g. `Z0123456789ABCDEFGHIJ` */
  createHostedZone(id: string, name: string): HostedZone;
  /** Billing has seen a tag key. */
  showCostAllocationTag(key: string, status: 'Active' | 'Inactive'): void;
  /** Makes the account a member of an organization whose bills another account pays. */
  setPayer(isPayer: boolean): void;
};

/** The set-up of one world's account. */
export function accountSetup(world: AwsWorld): AccountSetup {
  return {
    importCertificate: (region, settings) => importCertificate(world, region, settings),
    createSecret(region, name, value) {
      const secret = makeSecret(world, region, { name });
      putSecretValue(world, secret, { value });
      return secret.arn;
    },
    verifySesIdentity(region, name) {
      const identity = world.state(sesState, region).identities.get(name) ?? makeIdentity(world, region, name);
      identity.verified = true;
      return identity;
    },
    grantSesProductionAccess(region) {
      world.state(sesState, region).productionAccess = true;
    },
    grantQuota: (region, serviceCode, quotaCode, value) => grantQuota(world, region, serviceCode, quotaCode, value),
    createHostedZone: (id, name) => createHostedZone(world, id, name),
    showCostAllocationTag(key, status) {
      world.state(costExplorerState, GLOBAL).tags.set(key, status);
    },
    setPayer(isPayer) {
      world.state(costExplorerState, GLOBAL).isPayer = isPayer;
    },
  };
}
