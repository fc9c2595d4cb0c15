import { describe, expect, test } from 'vitest';
import { type FoundPolicy, policiesOf, texts } from '../../scripts/check/static-proof/policy-statements.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';
import { wildcardFindings } from '../../scripts/check/static-proof/wildcard-rules.ts';

const templates = renderedTemplates();
const policies = templates.flatMap(policiesOf);
const roles = templates.flatMap((template) =>
  resolvedResources(template)
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .map((role) => ({ ...role, stack: template.name })),
);

/** Policies of AWS that our roles have; each belongs to one purpose. None lets anybody administer anything. */
const managedPolicies = new Set([
  'AmazonEBSCSIDriverEKSClusterScopedPolicy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEKSClusterPolicy',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKS_CNI_Policy',
  'AWSDataLifecycleManagerServiceRole',
]);

function where({ template, resource, place }: FoundPolicy): string {
  return `${template.region} ${template.name} ${resource.id} ${place}`;
}

describe('policies of all rendered templates', () => {
  test('name their actions and resources, or say why not', () => {
    expect(wildcardFindings(policies)).toEqual([]);
    expect(policies.length).toBeGreaterThan(150);
  });

  // IAM and STS quotas; Amazon S3 user guide, "Bucket policies for Amazon S3".
  test.each([
    ['identity', 6144],
    ['trust', 2048],
    ['resource', 20 * 1024],
  ] as const)('fit what AWS takes of a policy of %s: %i characters', (purpose, most) => {
    for (const policy of policies.filter((each) => each.purpose === purpose)) {
      expect(JSON.stringify(policy.document).length, where(policy)).toBeLessThan(most);
    }
  });

  test('are of this account or one of the few of AWS; nobody is administrator', () => {
    for (const { id, stack, properties } of roles) {
      for (const arn of texts(properties.ManagedPolicyArns)) {
        if (/^arn:[\w-]+:iam::123456789012:policy\//.test(arn)) continue;
        expect(managedPolicies, `${stack} ${id} ${arn}`).toContain(arn.split('/').at(-1));
      }
    }
    expect(JSON.stringify(templates.map(({ text }) => text))).not.toMatch(
      /AdministratorAccess|PowerUserAccess|IAMFullAccess/,
    );
  });

  test('a role of a stack has the boundary and the path by which CloudFormation may make it', () => {
    const ofStacks = roles.filter(({ stack }) => stack !== 'opensarlab-bootstrap');
    expect(ofStacks.length).toBeGreaterThan(80);
    for (const { id, properties } of ofStacks) {
      expect(properties.PermissionsBoundary, id).toMatch(/^arn:[\w-]+:iam::123456789012:policy\/opensarlab-boundary$/);
      expect(properties.Path, id).toBe('/opensarlab/');
    }
  });

  test('a service takes on a role only for this account, and where it says so for one resource', () => {
    for (const policy of policies.filter(({ purpose }) => purpose === 'trust')) {
      for (const { Principal, Condition } of policy.document.Statement) {
        const services = texts(Object(Principal).Service);
        // EC2 and Lambda take a role only where somebody of the same account passed it on, and document no source.
        if (services.length === 0 || /^(ec2|lambda)\./.test(services[0] ?? '')) continue;
        expect(Object(Condition).StringEquals, where(policy)).toMatchObject({ 'aws:SourceAccount': '123456789012' });
        if (/^(codebuild|codepipeline|dlm|eks|events)\./.test(services[0] ?? '')) {
          expect(Object(Condition).ArnLike, where(policy)).toHaveProperty('aws:SourceArn');
        }
        if (services[0] === 'pods.eks.amazonaws.com') {
          expect(Object(Condition).StringEquals, where(policy)).toMatchObject({
            'aws:RequestTag/eks-cluster-arn': expect.stringMatching(/:cluster\/.+-cluster$/),
            'aws:RequestTag/kubernetes-namespace': expect.any(String),
            'aws:RequestTag/kubernetes-service-account': expect.any(String),
          });
        }
      }
    }
  });

  // IAM has no condition that looks into a trust policy, so that nothing in the account refuses another one than these.
  test('roles trust services, this account and the provider of GitHub, and nobody else', () => {
    const trusted = policies
      .filter(({ purpose }) => purpose === 'trust')
      .flatMap((policy) => policy.document.Statement.map(({ Principal }) => ({ policy, Principal })));
    expect(trusted.length).toBeGreaterThan(20);
    for (const { policy, Principal } of trusted) {
      expect(typeof Principal, where(policy)).toBe('object');
      const { AWS, Service, Federated, ...others } = Object(Principal) as Record<string, unknown>;
      expect(others, where(policy)).toEqual({});
      for (const arn of texts(AWS)) expect(arn, where(policy)).toMatch(/^arn:[\w-]+:iam::123456789012:root$/);
      for (const name of texts(Service)) expect(name, where(policy)).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
      for (const arn of texts(Federated))
        expect(arn, where(policy)).toMatch(/token\.actions\.githubusercontent\.com|OidcProvider/);
    }
  });

  test('roles are passed on by name and to named services only', () => {
    const passing = policies.flatMap((policy) =>
      policy.document.Statement.filter(({ Action }) =>
        texts(Action).some((action) => /^iam:(Pass|\*)/.test(action)),
      ).map((statement) => ({ policy, statement })),
    );
    expect(passing.length).toBeGreaterThan(3);
    for (const { policy, statement } of passing) {
      expect(texts(statement.Action), where(policy)).toEqual(['iam:PassRole']);
      expect(Object(statement.Condition).StringEquals, where(policy)).toHaveProperty('iam:PassedToService');
      for (const arn of texts(statement.Resource)) expect(arn, where(policy)).toMatch(/:role\/opensarlab[-/]/);
    }
  });
});

describe('the rule about wildcards', () => {
  const [first] = policies.filter(({ purpose }) => purpose === 'identity');
  const found = (statement: Record<string, unknown>, metadata: unknown = {}): string[] => {
    if (first === undefined) throw new RangeError('There is no policy.');
    const document = { Statement: [{ Effect: 'Allow', Sid: 'Some', ...statement }] };
    return wildcardFindings([{ ...first, document, resource: { ...first.resource, metadata } }]);
  };
  const arn = 'arn:aws:s3:::bucket/*';

  test.each([
    ['every action of a service', { Action: 's3:*', Resource: arn }, 'action'],
    ['every action', { Action: ['*'], Resource: arn }, 'action'],
    ['all actions but some', { NotAction: 'iam:*', Resource: arn }, 'action'],
    ['every resource', { Action: 's3:GetObject', Resource: ['*'] }, 'resource'],
    ['all resources but some', { Action: 's3:GetObject', NotResource: arn }, 'resource'],
  ])('finds %s', (_, statement, kind) => {
    expect(found(statement)).toEqual([expect.stringContaining(`allows any ${kind}`)]);
    const reason = { [`opensarlab:any-${kind}`]: { Some: 'There is nothing that could be named.' } };
    expect(found(statement, reason)).toEqual([]);
  });

  test.each([
    ['a condition beside every resource', { Action: 's3:GetObject', Resource: '*', Condition: { Bool: {} } }],
    ['a part of the actions', { Action: 's3:Get*', Resource: arn }],
    ['what is denied', { Effect: 'Deny', Action: '*', Resource: '*' }],
  ])('leaves %s alone', (_, statement) => {
    expect(found(statement)).toEqual([]);
  });

  test('finds reasons that nothing needs', () => {
    const reason = { 'opensarlab:any-resource': { Some: 'There is nothing that could be named.' } };
    expect(found({ Action: 's3:Get*', Resource: arn }, reason)).toEqual([
      expect.stringContaining('idle reason for Some'),
    ]);
  });
});
