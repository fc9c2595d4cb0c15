import { dump } from 'js-yaml';
import type { Deployment } from '../../../actions/lib/deployment/deployment.ts';
import { readDeployment } from '../../../actions/lib/deployment/read-deployment.ts';

/** A declaration that the templates are proven with. */
export type MatrixCase = { name: string; text: string };

const account = '123456789012';

/** Parameters that every declaration has. */
const everywhere = {
  cost_tag_key: 'osl-billing',
  admin_user_name: 'jdoe',
  admin_email_address: 'jdoe@example.org',
  az_suffix: 'a',
};

/** One node type, one profile, almost nothing that has a default; the hub under the load balancer's own name. */
const minimal = {
  aws: { account_id: account, region: 'us-east-1' },
  parameters: {
    ...everywhere,
    cost_tag_value: 'minimal',
    deployment_url: 'load balancer',
    certificate_arn: certificateArn('aws', 'us-east-1'),
  },
  nodes: [hubNode('t3a.medium'), userNode('small', { instance: 'm6a.large' })],
  profiles: [profile('Small', { default: true })],
};

/** What most organizations declare: a name of their own with a certificate, mails through SES, machines of two sizes. */
const typical = {
  aws: { account_id: account, region: 'us-west-2' },
  parameters: {
    ...everywhere,
    cost_tag_value: 'typical',
    ...ownName('typical', 'aws', 'us-west-2'),
  },
  nodes: [
    hubNode('t3a.xlarge, t3.xlarge'),
    userNode('small', { instance: 'm6a.large, m5a.large', max_number: 5 }),
    userNode('sar1', { instance: 'm6a.2xlarge, m5a.2xlarge', max_number: 20, root_volume_size: 100 }),
  ],
  profiles: [
    profile('Hello World', { image_name: 'helloworld', default: true }),
    profile('SAR 1', { image_name: 'sar', node_name: 'sar1' }),
  ],
  groups: [{ name: 'Hello_World', all_users: true }],
};

const nodeNames = Array.from({ length: 12 }, (_, index) => `sarprocessing${index + 1}`);
const accountNames = Array.from({ length: 5 }, (_, index) => `archive-reader-${index + 1}`);

/** Twelve types of user nodes, twenty profiles, and everything that can be declared. */
const maximal = {
  aws: {
    account_id: account,
    region: 'eu-central-1',
    cluster_admin_arns: ['operations', 'support', 'security'].map((role) => `arn:aws:iam::${account}:role/${role}`),
  },
  parameters: {
    ...everywhere,
    cost_tag_value: 'maximal',
    ...ownName('maximal', 'aws', 'eu-central-1'),
  },
  nodes: [
    hubNode('m6a.xlarge, m5a.xlarge, m6i.xlarge, t3a.xlarge'),
    ...nodeNames.map((name, index) =>
      userNode(name, {
        instance: 'm6a.2xlarge, m5a.2xlarge, m6i.2xlarge, r6a.2xlarge',
        min_number: index % 3 === 0 ? 1 : 0,
        max_number: 40,
        root_volume_size: 300,
        is_spot: index % 2 === 0,
      }),
    ),
  ],
  profiles: Array.from({ length: 20 }, (_, index) =>
    profile(`SAR processing with a long name ${index + 1}`, {
      image_name: `sarprocessing${index + 1}`,
      node_name: nodeNames[index % nodeNames.length] ?? '',
      service_account: accountNames[index % accountNames.length] ?? '',
      ...(index === 0 ? { default: true } : {}),
    }),
  ),
  service_accounts: accountNames.map((name) => ({
    name,
    namespace: 'jupyter',
    permissions: [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectTagging'],
        Resource: `arn:aws:s3:::${name}/*`,
      },
      { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${name}` },
    ],
  })),
  groups: Array.from({ length: 10 }, (_, index) => ({
    name: `course-${index + 1}`,
    description: `Participants of the course that begins in month ${index + 1}`,
  })),
  users: { sign_up: 'approval', allowed_email_domains: ['example.edu', 'example.org'] },
  network: {
    nodes: 'private',
    second_az_suffix: 'c',
    eks_public_access_cidrs: ['203.0.113.0/24', '198.51.100.7/32'],
    hosted_zone_id: 'Z0123456789ABCDEFGHIJ',
  },
  protected: true,
  owner: '@example/sar-team',
  budget: 4000,
};

/** Public nodes, sign-up for all, a certificate that the stack requests itself, nothing kept at teardown. */
const publicNodes = {
  ...typical,
  parameters: {
    ...everywhere,
    cost_tag_value: 'public',
    deployment_url: 'https://public.opensarlab.example.org',
  },
  users: { sign_up: 'open' },
  network: { nodes: 'public', hosted_zone_id: 'Z0123456789ABCDEFGHIJ' },
  retain: { cognito: false, logs: false, code_commit: false, final_snapshots: true },
};

const govCloud = {
  ...typical,
  aws: { account_id: account, region: 'us-gov-west-1' },
  parameters: {
    ...typical.parameters,
    cost_tag_value: 'govcloud',
    ...ownName('govcloud', 'aws-us-gov', 'us-gov-west-1'),
  },
};

/** The longest name that fits beside the longest name of a commercial region: 32 characters for the target group. */
const longName = {
  ...typical,
  aws: { account_id: account, region: 'ap-southeast-2' },
  parameters: {
    ...typical.parameters,
    cost_tag_value: 'sar-training-lab1',
    ...ownName('sar-training-lab1', 'aws', 'ap-southeast-2'),
  },
};

/** Declarations that differ in everything that changes templates; all are valid. */
export const deploymentMatrix: readonly MatrixCase[] = Object.entries({
  minimal,
  typical,
  maximal,
  public: publicNodes,
  govcloud: govCloud,
  'sar-training-lab1': longName,
}).map(([name, declaration]) => ({ name, text: dump(declaration, { lineWidth: -1, noRefs: true }) }));

/** The deployment of a declaration. @throws Error with the findings when it is not valid */
export function deploymentOfCase({ name, text }: MatrixCase): Deployment {
  const { deployment, diagnostics } = readDeployment({ file: `${name}.yaml`, text, name });
  if (deployment !== undefined) return deployment;
  throw new Error(diagnostics.map((found) => `${name}: ${found.path} ${found.message}`).join('\n'));
}

function hubNode(instance: string): Record<string, unknown> {
  return { name: 'hub', instance, min_number: 1, max_number: 1, node_policy: 'hub', is_hub: true };
}

function userNode(name: string, rest: Record<string, unknown>): Record<string, unknown> {
  return { name, min_number: 0, max_number: 3, node_policy: 'user', ...rest };
}

function profile(name: string, rest: Record<string, unknown>): Record<string, unknown> {
  return {
    name,
    description: `Servers of ${name}`,
    image_name: 'helloworld',
    image_tag: '2026.11',
    node_name: 'small',
    storage_capacity: '100Gi',
    memory_guarantee: '1G',
    ...rest,
  };
}

/** An address with its certificate, and mails from an SES identity. */
function ownName(name: string, partition: string, region: string): Record<string, string> {
  return {
    deployment_url: `https://${name}.opensarlab.example.org`,
    certificate_arn: certificateArn(partition, region),
    admin_email_address_sns_arn: `arn:${partition}:ses:${region}:${account}:identity/example.org`,
  };
}

function certificateArn(partition: string, region: string): string {
  return `arn:${partition}:acm:${region}:${account}:certificate/0a1b2c3d-1111-2222-3333-444455556666`;
}
