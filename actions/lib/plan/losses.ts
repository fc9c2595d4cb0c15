import type { PlanRow } from './plan-row.ts';

/** A kind of thing that people would miss, and what of it a plan takes away. */
export type Loss = Kind & {
  /** Stack and logical id, each once. */
  items: string[];
  /** Whether something is really gone, or made anew in its place. */
  how: 'lost' | 'replaced';
};

type Kind = {
  /** For people: `user pool`, `user pools`. */
  one: string;
  many: string;
  /** What it means to them, as the end of a sentence that begins with the kind. */
  meaning: string;
};

/** What the removal of a resource means to people; other types are machinery that comes back by itself. */
const kinds: Readonly<Record<string, Kind>> = {
  'AWS::EC2::Volume': { one: 'volume', many: 'volumes', meaning: 'with the data on it' },
  'AWS::Cognito::UserPool': { one: 'user pool', many: 'user pools', meaning: 'with every account and password' },
  'AWS::Cognito::UserPoolUser': { one: 'account', many: 'accounts', meaning: 'who can no longer sign in' },
  'AWS::Cognito::UserPoolGroup': { one: 'user group', many: 'user groups', meaning: 'with its memberships' },
  'AWS::EKS::Cluster': { one: 'cluster', many: 'clusters', meaning: 'with every running server' },
  'AWS::EKS::Nodegroup': { one: 'node group', many: 'node groups', meaning: 'the servers that run on it stop' },
  'AWS::AutoScaling::AutoScalingGroup': {
    one: 'machine of the hub',
    many: 'machines of the hub',
    meaning: 'the hub is away until the next one runs',
  },
  'AWS::ECR::Repository': { one: 'image repository', many: 'image repositories', meaning: 'with its images' },
  'AWS::CodeCommit::Repository': {
    one: 'CodeCommit repository',
    many: 'CodeCommit repositories',
    meaning: 'with what only it has',
  },
  'AWS::EC2::Snapshot': { one: 'snapshot', many: 'snapshots', meaning: 'which may be the last of its volume' },
  'AWS::EFS::FileSystem': { one: 'file system', many: 'file systems', meaning: 'with the files on it' },
  'AWS::SecretsManager::Secret': { one: 'secret', many: 'secrets', meaning: 'with its value' },
  'AWS::S3::Bucket': { one: 'bucket', many: 'buckets', meaning: 'with its objects' },
  'AWS::Logs::LogGroup': { one: 'log group', many: 'log groups', meaning: 'with its logs' },
  'AWS::KMS::Key': { one: 'key', many: 'keys', meaning: 'what it encrypted cannot be read any more' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    one: 'load balancer',
    many: 'load balancers',
    meaning: 'with its address: DNS records have to follow',
  },
};

const other: Kind = {
  one: 'other resource',
  many: 'other resources',
  meaning: 'machinery that is made again where needed',
};

/** What CloudFormation keeps is not lost, although it leaves the stack. */
const keeps = /^(Retain|ReplaceAndRetain)/;

/** What a plan takes away or makes anew, by kind, data first; in the table's order. */
export function lossesOf(rows: readonly PlanRow[]): Loss[] {
  const found = new Map<string, Loss>();
  for (const { place, item, type, property, act, policyAction } of rows) {
    // What recovery takes is named by its physical id.
    if ((property !== '' && act !== 'recover') || !type.startsWith('AWS::')) continue;
    const how =
      act === 'remove' || act === 'recover'
        ? 'lost'
        : act === 'replace' || act === 'may replace'
          ? 'replaced'
          : undefined;
    if (how === undefined || (how === 'lost' && keeps.test(policyAction ?? ''))) continue;
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    const of = kind ?? other;
    const key = `${how} ${of.one}`;
    const loss = found.get(key) ?? { ...of, how, items: [] };
    if (!found.has(key)) found.set(key, loss);
    if (!loss.items.includes(`${place} ${item}`)) loss.items.push(`${place} ${item}`);
  }
  const order = [...Object.values(kinds), other].map(({ one }) => one);
  return [...found.values()].sort(
    (a, b) =>
      Number(a.how === 'replaced') - Number(b.how === 'replaced') || order.indexOf(a.one) - order.indexOf(b.one),
  );
}
