import { CloudFormationClient, paginateListStacks, type StackSummary } from '@aws-sdk/client-cloudformation';
import { CodeCommitClient, GetBranchCommand } from '@aws-sdk/client-codecommit';
import { EC2Client, paginateDescribeSnapshots, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { stackKinds } from '../../actions/lib/stacks/stack.ts';

/** The administrator's way into the account: plain SDK clients, nothing of the product. */
export type Administrator = {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

/** A look at the account with other eyes than the product's. */
export type Visit = {
  codeCommitHeads(): Promise<{ repository: string; kind: 'container' | 'cluster'; upstream?: string; main?: string }[]>;
  /** Status of each stack of the deployment, by name. */
  stacks(): Promise<Map<string, string>>;
  /** Everything of the deployment that is still there, without what the receipt says is retained. */
  unexplained(retainedArns: readonly string[]): Promise<string[]>;
};

const kinds = ['container', 'cluster'] as const;

export async function lookAtAccount(administrator: Administrator, deployment: string): Promise<Visit> {
  const cloudFormation = new CloudFormationClient(administrator);
  const names = new Set(stackKinds.map((kind) => `${deployment}-${kind}`));
  const existing = async (): Promise<StackSummary[]> => {
    const stacks: StackSummary[] = [];
    for await (const page of paginateListStacks({ client: cloudFormation }, {})) {
      for (const stack of page.StackSummaries ?? []) {
        if (names.has(stack.StackName ?? '') && stack.StackStatus !== 'DELETE_COMPLETE') stacks.push(stack);
      }
    }
    return stacks;
  };
  return {
    async codeCommitHeads() {
      const client = new CodeCommitClient(administrator);
      const head = async (repositoryName: string, branchName: string): Promise<string | undefined> =>
        (await client.send(new GetBranchCommand({ repositoryName, branchName }))).branch?.commitId;
      return await Promise.all(
        kinds.map(async (kind) => {
          const repository = `${deployment}-${kind}`;
          const [upstream, main] = await Promise.all([head(repository, 'upstream'), head(repository, 'main')]);
          return { repository, kind, ...(upstream && { upstream }), ...(main && { main }) };
        }),
      );
    },
    async stacks() {
      return new Map((await existing()).map(({ StackName = '', StackStatus = '' }) => [StackName, StackStatus]));
    },
    async unexplained(retainedArns) {
      const retained = new Set(retainedArns);
      const stacks = (await existing()).map(({ StackId }) => StackId ?? '');
      const found = [...stacks, ...(await remains(administrator, deployment))];
      return found.filter((arn) => !retained.has(arn));
    },
  };
}

/** The things that cost money or hold data, by exact name or exact tag. */
async function remains(administrator: Administrator, deployment: string): Promise<string[]> {
  const cluster = `${deployment}-cluster`;
  const tag = [{ Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ['owned'] }];
  const found: string[] = [];
  const ec2 = new EC2Client(administrator);
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters: tag })) {
    found.push(...(page.Volumes ?? []).map(({ VolumeId }) => `volume ${VolumeId}`));
  }
  for await (const page of paginateDescribeSnapshots({ client: ec2 }, { Filters: tag, OwnerIds: ['self'] })) {
    found.push(...(page.Snapshots ?? []).map(({ SnapshotId }) => `snapshot ${SnapshotId}`));
  }
  const { clusters = [] } = await new EKSClient(administrator).send(new ListClustersCommand({}));
  found.push(...clusters.filter((name) => name === cluster).map((name) => `cluster ${name}`));
  const { repositories = [] } = await new ECRClient(administrator).send(new DescribeRepositoriesCommand({}));
  const namespace = `${deployment}-container/`;
  const images = repositories.filter(({ repositoryName }) => repositoryName?.startsWith(namespace));
  found.push(...images.map(({ repositoryArn }) => repositoryArn ?? ''));
  const buckets = new Set([
    `opensarlab-pipeline-${administrator.region}-${deployment}`,
    `opensarlab-pipeline-${administrator.region}-${deployment}-container`,
  ]);
  const { Buckets = [] } = await new S3Client(administrator).send(new ListBucketsCommand({}));
  found.push(...Buckets.filter(({ Name }) => buckets.has(Name ?? '')).map(({ Name }) => `bucket ${Name}`));
  return found;
}
