import type { AwsPorts } from '../../ports/aws-ports.ts';
import { connectAccount, connectClusters, connectMachineImages, connectTagging } from './account.ts';
import { connectBuckets } from './buckets.ts';
import { connectBuilds } from './builds.ts';
import { type CallCounter, type Credentials, clientSettings } from './client-settings.ts';
import { connectCloudFormation } from './cloudformation.ts';
import { connectExistence } from './existence.ts';
import { connectImageRepositories } from './image-repositories.ts';
import { connectLogGroups } from './log-groups.ts';
import { connectPipelines } from './pipelines.ts';
import { connectRecords } from './records.ts';
import { connectRepositories } from './repositories.ts';
import type { RequestWaiting } from './request-retries.ts';
import { connectUserPools } from './user-pools.ts';
import { connectVolumes } from './volumes.ts';

export type AwsConnection = {
  region: string;
  /** 12 digits; the account whose resources are meant. The credentials are held against it by the verbs. */
  accountId: string;
  /** Name of the role that knows the bucket of records; that of `bootstrap` when not given. */
  planRole?: string;
  credentials: Credentials;
  /** Counts on from here; give the one that assumed the role to count those requests too. */
  counter?: CallCounter;
  /** With what requests wait for AWS; the machine's time, without a word, when not given. */
  waiting?: RequestWaiting;
};

/** Every port of one account and region, over the AWS SDK. Nothing is sent before a port is used. */
export function connectAws({
  region,
  accountId,
  planRole = 'opensarlab-plan',
  credentials,
  counter = { count: 0 },
  waiting,
}: AwsConnection): AwsPorts {
  const settings = clientSettings(region, credentials, waiting);
  return {
    account: connectAccount(settings, counter),
    cloudFormation: connectCloudFormation(settings, counter),
    pipelines: connectPipelines(settings, counter),
    builds: connectBuilds(settings, counter),
    buckets: connectBuckets(settings, counter),
    images: connectImageRepositories(settings, counter),
    clusters: connectClusters(settings, counter),
    machineImages: connectMachineImages(settings, counter),
    volumes: connectVolumes(settings, accountId, counter),
    userPools: connectUserPools(settings, counter),
    repositories: connectRepositories(settings, counter),
    logGroups: connectLogGroups(settings, counter),
    tagging: connectTagging(settings, counter),
    existence: connectExistence(settings, counter),
    records: connectRecords(settings, { accountId, planRole }, counter),
    callCount: () => counter.count,
  };
}
