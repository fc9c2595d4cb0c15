import { stackKinds } from '../stacks/stack.ts';
import type { Deployment } from './deployment.ts';

/** What decides the names: the deployment's own, its region, its images with their namespace, its service accounts. */
export type NameInput = {
  name: string;
  region: string;
  images: readonly string[];
  namespace: string;
  /** Names of the declared service accounts; none when left out. */
  serviceAccounts?: readonly string[];
};

/** One name in AWS and how much room is left in it. */
export type PhysicalName = {
  /** Stable id, e.g. `target-group`. */
  id: string;
  /** What a person reads, e.g. `ALB target group`. */
  resource: string;
  name: string;
  /** Most characters AWS allows. */
  limit: number;
  /** Characters left; negative when the name is too long. */
  remaining: number;
  /** AWS document the limit comes from. */
  source: string;
};

type NameRule = {
  id: string;
  resource: string;
  limit: number;
  /** `N`: deployment, `R`: region, `NS`: image namespace, `I`: each image, `SA`: each service account. */
  pattern: string;
  source: string;
};

const cloudFormation = 'AWS CloudFormation API, CreateStack StackName';
const codeBuild = 'AWS CodeBuild API, CreateProject name';
const logs = 'CloudWatch Logs API, CreateLogGroup logGroupName';
const ecr = 'Amazon ECR API, CreateRepository repositoryName';
const codeCommit = 'AWS CodeCommit API, CreateRepository repositoryName';
const s3 = 'Amazon S3 user guide, bucket naming rules';

/** The only place that knows how names are made; most are upstream's, so that guides and people recognize them. */
const rules: readonly NameRule[] = [
  ...stackKinds.map((kind) => {
    return { id: `stack-${kind}`, resource: 'stack', limit: 128, pattern: `N-${kind}`, source: cloudFormation };
  }),
  {
    id: 'target-group',
    resource: 'ALB target group',
    limit: 32,
    pattern: 'R-N',
    source: 'Elastic Load Balancing API, CreateTargetGroup Name',
  },
  {
    id: 'load-balancer',
    resource: 'application load balancer',
    limit: 32,
    pattern: 'N',
    source: 'Elastic Load Balancing API, CreateLoadBalancer Name',
  },
  {
    id: 'eks-cluster',
    resource: 'EKS cluster',
    limit: 100,
    pattern: 'N-cluster',
    source: 'Amazon EKS API, CreateCluster name',
  },
  {
    id: 'user-pool',
    resource: 'Cognito user pool',
    limit: 128,
    pattern: 'N-cluster',
    source: 'Amazon Cognito API, CreateUserPool PoolName',
  },
  {
    id: 'user-pool-domain',
    resource: 'Cognito domain',
    limit: 63,
    pattern: 'N-cluster',
    source: 'Amazon Cognito API, CreateUserPoolDomain Domain',
  },
  {
    id: 'user-pool-client',
    resource: 'Cognito app client',
    limit: 128,
    pattern: 'N-cluster',
    source: 'Amazon Cognito API, CreateUserPoolClient ClientName',
  },
  {
    id: 'access-role',
    resource: 'IAM role for cluster access',
    limit: 64,
    pattern: 'R-N-cluster-user-access',
    source: 'IAM API, CreateRole RoleName',
  },
  {
    id: 'service-account-role',
    resource: 'IAM role of a service account',
    limit: 64,
    // No other name has a dot behind the deployment's, so that no two of them can be the same.
    pattern: 'R-N.SA',
    source: 'IAM API, CreateRole RoleName',
  },
  {
    id: 'bucket-container',
    resource: 'S3 bucket',
    limit: 63,
    pattern: 'opensarlab-pipeline-R-N-container',
    source: s3,
  },
  { id: 'bucket-cluster', resource: 'S3 bucket', limit: 63, pattern: 'opensarlab-pipeline-R-N', source: s3 },
  { id: 'code-container', resource: 'CodeCommit repository', limit: 100, pattern: 'N-container', source: codeCommit },
  { id: 'code-cluster', resource: 'CodeCommit repository', limit: 100, pattern: 'N-cluster', source: codeCommit },
  { id: 'build-images', resource: 'CodeBuild project', limit: 255, pattern: 'N-images', source: codeBuild },
  {
    id: 'build-hub-images',
    resource: 'CodeBuild project',
    limit: 255,
    pattern: 'N-jupyterhub-images',
    source: codeBuild,
  },
  { id: 'build-hub', resource: 'CodeBuild project', limit: 255, pattern: 'N-jupyterhub', source: codeBuild },
  {
    id: 'pipeline-container',
    resource: 'CodePipeline pipeline',
    limit: 100,
    pattern: 'N-Container-Pipeline',
    source: 'AWS CodePipeline API, CreatePipeline name',
  },
  {
    id: 'pipeline-cluster',
    resource: 'CodePipeline pipeline',
    limit: 100,
    pattern: 'N-Pipeline',
    source: 'AWS CodePipeline API, CreatePipeline name',
  },
  { id: 'ecr-hub', resource: 'ECR repository', limit: 256, pattern: 'NS/hub', source: ecr },
  { id: 'ecr-services', resource: 'ECR repository', limit: 256, pattern: 'NS/services', source: ecr },
  { id: 'ecr-image', resource: 'ECR repository', limit: 256, pattern: 'NS/I', source: ecr },
  { id: 'log-eks', resource: 'log group', limit: 512, pattern: '/aws/eks/N-cluster/cluster', source: logs },
  { id: 'log-images', resource: 'log group', limit: 512, pattern: '/aws/codebuild/N-images', source: logs },
  {
    id: 'log-hub-images',
    resource: 'log group',
    limit: 512,
    pattern: '/aws/codebuild/N-jupyterhub-images',
    source: logs,
  },
  { id: 'log-hub', resource: 'log group', limit: 512, pattern: '/aws/codebuild/N-jupyterhub', source: logs },
  { id: 'log-sign-up', resource: 'log group', limit: 512, pattern: '/aws/lambda/N-sign-up', source: logs },
];

/**
 * Endings that a deployment's name must not have, because `lab` owns a stack, a cluster and repositories called
 * `lab-cluster`, `lab-container` and so on.
 */
export const reservedSuffixes = [...stackKinds, 'pipeline', 'auth'].sort((a, b) => b.length - a.length);

/** Words that Cognito refuses in a domain (Amazon Cognito developer guide, "Using your own domain / prefix domain"). */
export const reservedWords = ['aws', 'amazon', 'cognito'] as const;

/** Every name the deployment takes in AWS, with its limit, in a fixed order. */
export function physicalNames(deployment: Deployment): PhysicalName[] {
  return namesFor({
    name: deployment.name,
    region: deployment.aws.region,
    images: imagesOf(deployment),
    namespace: deployment.parameters.container_namespace,
    serviceAccounts: (deployment.service_accounts ?? []).map((account) => account.name),
  });
}

/** The images that the deployment's profiles use, each once, sorted. */
export function imagesOf(deployment: Pick<Deployment, 'profiles'>): string[] {
  return [...new Set(deployment.profiles.map((profile) => profile.image_name))].sort();
}

/** As {@link physicalNames}, from the parts alone. */
export function namesFor(input: NameInput): PhysicalName[] {
  return rules.flatMap((rule) => {
    return itemsOf(rule, input).map((item) => {
      const name = fill(rule.pattern, input, item);
      const { id, resource, limit, source } = rule;
      return {
        id: item === '' ? id : `${id}-${item}`,
        resource,
        name,
        limit,
        remaining: limit - name.length,
        source,
      };
    });
  });
}

/** The longest deployment name that a region's limits allow: 32 characters of the target group less `REGION-`. */
export function longestName(region: string): number {
  // Only the length of the region's name matters.
  const known = longest.get(region.length);
  if (known !== undefined) return known;
  const probe = namesFor({ name: '', region, images: [], namespace: '-container' });
  const room = Math.min(...probe.map(({ remaining }) => remaining));
  longest.set(region.length, room);
  return room;
}

/** Results of {@link longestName}, by the length of the region's name. */
const longest = new Map<number, number>();

/** The name with this id. @throws RangeError for an id that is not in the table */
export function physicalName(deployment: Deployment, id: string): string {
  const found = physicalNames(deployment).find((entry) => entry.id === id);
  if (found === undefined) throw new RangeError(`There is no name with the id ${id}.`);
  return found.name;
}

/** What a rule makes one name each for; one nameless item when it makes a single one. */
function itemsOf({ pattern }: NameRule, input: NameInput): readonly string[] {
  if (pattern.endsWith('/I')) return input.images;
  return pattern.endsWith('.SA') ? (input.serviceAccounts ?? []) : [''];
}

function fill(pattern: string, input: NameInput, item: string): string {
  return pattern
    .replace(/\bNS\b/, () => input.namespace)
    .replace(/(?<![A-Za-z0-9])R(?=-)/, () => input.region)
    .replace(/(?<![A-Za-z0-9])N(?![A-Za-z0-9])/, () => input.name)
    .replace(/(?<=\/)I$|(?<=\.)SA$/, () => item);
}
