import { type Rate, requestBuckets } from './rate-limits.ts';
import { type Certificate, importCertificate } from './services/acm/acm-state.ts';
import { costExplorerState } from './services/cost-explorer/cost-explorer-service.ts';
import { createHostedZone, type HostedZone } from './services/route53/route53-resource-types.ts';
import { setBucketPolicy } from './services/s3/bucket-policy.ts';
import { type Bucket, makeBucket } from './services/s3/s3-state.ts';
import { makeSecret, putSecretValue } from './services/secrets-manager/secrets-state.ts';
import { grantQuota } from './services/service-quotas/service-quotas-state.ts';
import { type EmailIdentity, makeIdentity, sesState } from './services/ses/ses-state.ts';
import { releaseMachineImages } from './services/ssm/public-parameters.ts';
import { createUserKey } from './signature/credential-store.ts';
import { type AwsWorld, GLOBAL } from './world.ts';

/** What an operator, or AWS Support, has done in an account before anything is deployed. */
export type AccountSetup = {
  /** @param settings.validDays virtual days until it expires; default 365. @param settings.id last part of its ARN */
  importCertificate(
    region: string,
    settings: {
      domainName: string;
      alternativeNames?: string[];
      status?: Certificate['status'];
      validDays?: number;
      id?: string;
    },
  ): Certificate;
  /** @returns the secret's ARN */
  createSecret(region: string, name: string, value: string): string;
  /** Registers an address or domain if need be, and confirms it. */
  verifySesIdentity(region: string, identity: string): EmailIdentity;
  /** Moves the region out of the SES sandbox. */
  grantSesProductionAccess(region: string): void;
  /** AWS pauses sending mail in the region. */
  pauseMail(region: string): void;
  /** @throws Error when the sandbox does not know the quota */
  grantQuota(region: string, serviceCode: string, quotaCode: string, value: number): void;
  /** @param id e.g. `Z0123456789ABCDEFGHIJ` */
  createHostedZone(id: string, name: string): HostedZone;
  /**
   * The region takes requests only as fast as AWS documents it (`apiRates` of schemas/aws-rules.json).
   * @param settings.time in which buckets refill; default `real`
   * @param settings.undocumented rate of each operation for which AWS documents none; default no limit
   */
  limitRates(region: string, settings?: { time?: 'real' | 'virtual'; undocumented?: Rate }): void;
  /** AWS brings out new machine images, which its public parameters name from now on. */
  releaseMachineImages(region: string): void;
  /** Billing has seen a tag key. */
  showCostAllocationTag(key: string, status: 'Active' | 'Inactive'): void;
  /** Makes the account a member of an organization whose bills another account pays. */
  setPayer(isPayer: boolean): void;
  /**
   * Another account makes a bucket, whose name nobody else can have any more.
   * @param settings.accountId default `999999999999`
   * @param settings.policy e.g. one that lets everybody in, as whoever waits for our seals would write it
   */
  createForeignBucket(region: string, name: string, settings?: { accountId?: string; policy?: object }): Bucket;
  /** A key of another account's administrator; it reaches S3 and nothing else. @param accountId default `999999999999` */
  createForeignKey(accountId?: string): { accessKeyId: string; secretAccessKey: string };
};

const FOREIGN_ACCOUNT = '999999999999';

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
    pauseMail(region) {
      world.state(sesState, region).isPaused = true;
    },
    grantQuota: (region, serviceCode, quotaCode, value) => grantQuota(world, region, serviceCode, quotaCode, value),
    limitRates(region, { time = 'real', undocumented } = {}) {
      const buckets = world.state(requestBuckets, region);
      Object.assign(buckets, { isLimited: true, undocumented });
      if (time === 'virtual') buckets.now = () => world.clock.now();
    },
    releaseMachineImages: (region) => releaseMachineImages(world, region),
    createHostedZone: (id, name) => createHostedZone(world, id, name),
    showCostAllocationTag(key, status) {
      world.state(costExplorerState, GLOBAL).tags.set(key, status);
    },
    setPayer(isPayer) {
      world.state(costExplorerState, GLOBAL).isPayer = isPayer;
    },
    createForeignBucket(region, name, { accountId = FOREIGN_ACCOUNT, policy } = {}) {
      const bucket = makeBucket(world, region, name, accountId);
      bucket.publicAccessBlock = undefined;
      if (policy) setBucketPolicy(world, bucket, policy);
      return bucket;
    },
    createForeignKey(accountId = FOREIGN_ACCOUNT) {
      const { accessKeyId, secretAccessKey } = createUserKey(world, 'administrator', accountId);
      return { accessKeyId, secretAccessKey };
    },
  };
}
