import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluatePolicies, type RequestContext, readPolicyDocument } from '@opensarlab/sandbox';
import type { ResourceType } from '../../../actions/lib/resources/resource-types.ts';
import { cloudFormationPolicies } from './cloudformation-policies.ts';
import { renderedTemplates } from './rendered-templates.ts';
import { type ResolvedResource, resolvedResources } from './resolved-resources.ts';
import { requestsOf, type StackRequest } from './resource-requests.ts';
import { unneededPermissions } from './unneeded-permissions.ts';

/** What was asked of the role, what it lacks, and types of which the registry's schemas do not say what they ask for. */
export type HandlerFindings = { checked: number; problems: string[]; untold: string[] };

type Schema = { handlers?: Readonly<Record<string, { permissions?: string[] }>> };

/** Handlers that CloudFormation calls for a stack; `list` is for resources that no stack has. */
const HANDLERS = ['create', 'read', 'update', 'delete'] as const;

const account = '123456789012';

/** Folder of the schemas of CloudFormation's registry, by region, that cfn-lint brings. @param programs of the Python tools */
export function registryFolder(programs: string): string {
  const [found] = globSync(join(dirname(programs), 'lib', 'python*', 'site-packages', 'cfnlint', 'data', 'schemas'));
  if (found === undefined || !existsSync(found)) throw new Error('cfn-lint has no schemas where they were.');
  return found;
}

/** The types that CloudFormation has in a region, with the names of their schemas; undefined for a region it does not know. */
export function typesOfRegion(folder: string, region: string): Readonly<Record<string, string>> | undefined {
  const path = join(folder, 'providers', `${region}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : undefined;
}

/**
 * Whether the role that CloudFormation acts under may do all that the handlers of the rendered resources ask for
 * (`handlers.*.permissions` of the registry's schemas), on the ARNs of these resources and under the policies' conditions.
 * A permission that it may not use has to be one that no rendered property needs, by a table that says why.
 */
export function checkHandlerPermissions(programs: string): HandlerFindings {
  const folder = registryFolder(programs);
  const documents = cloudFormationPolicies();
  const findings: HandlerFindings = { checked: 0, problems: [], untold: [] };
  const used = new Set<string>();
  for (const [type, resources] of resourcesByType()) {
    const permissions = permissionsOf(folder, type);
    if (permissions.length === 0) findings.untold.push(type);
    for (const permission of permissions) {
      findings.checked += 1;
      const lacking = resources.filter(
        ({ candidates }) =>
          !candidates.some(
            (each) =>
              evaluatePolicies([...documents, ...each.keyPolicies], { ...each, action: permission }) === 'allowed',
          ),
      );
      if (lacking.length === 0) continue;
      const entry = unneededPermissions[type]?.find(({ permissions: known }) => known.includes(permission));
      used.add(`${type} ${permission}`);
      const properties = entry === undefined ? undefined : 'properties' in entry ? entry.properties : [];
      // Without an entry every resource is taken to need it.
      const needing = lacking.find(
        ({ resource }) => properties?.some((name) => has(resource.properties, name)) ?? true,
      );
      if (needing) findings.problems.push(`${needing.at} (${type}) needs ${permission}, which the role lacks`);
    }
  }
  for (const [type, table] of Object.entries(unneededPermissions)) {
    for (const permission of table.flatMap(({ permissions }) => permissions)) {
      if (!used.has(`${type} ${permission}`)) findings.problems.push(`${type} ${permission} needs no reason any more`);
    }
  }
  return findings;
}

function permissionsOf(folder: string, type: string): string[] {
  const name = typesOfRegion(folder, 'us-west-2')?.[type];
  if (name === undefined) throw new Error(`CloudFormation's registry has no ${type} in us-west-2.`);
  const { handlers = {} } = JSON.parse(readFileSync(join(folder, 'resources', `${name}.json`), 'utf8')) as Schema;
  return [...new Set(HANDLERS.flatMap((handler) => handlers[handler]?.permissions ?? []))].sort();
}

type Policies = ReturnType<typeof cloudFormationPolicies>;

/** `keyPolicies`: of the keys that the template makes, as far as they name the role; they count for these keys alone. */
type Candidate = Omit<StackRequest, 'action'> & { keyPolicies: Policies };

type Asked = { at: string; resource: ResolvedResource; candidates: Candidate[] };

function resourcesByType(): Map<string, Asked[]> {
  const stacks = renderedTemplates().filter(
    ({ name, region }) => name !== 'opensarlab-bootstrap' && !region.startsWith('us-gov-'),
  );
  const asked = stacks.flatMap((template) => {
    const all = resolvedResources(template);
    const keyPolicies = all.filter(({ type }) => type === 'AWS::KMS::Key').map(keyPolicyOf);
    return all.map((resource): Asked => {
      const own = requestsOf(resource, template) ?? [];
      const context = Object.assign({}, ...own.map((each) => each.context)) as RequestContext;
      const arns = new Set([...own.map((each) => each.resource), ...besides(template.region), '*']);
      const usesKey = resource.type === 'AWS::KMS::Key' || has(resource.properties, 'EncryptionConfig');
      const candidates = [...arns].map((arn) => ({
        ...{ resource: arn, context: { ...context, ...passed(resource.type) } },
        keyPolicies: usesKey && arn.includes(':kms:') ? keyPolicies : [],
      }));
      return { at: `${template.region} ${template.name} ${resource.id}`, resource, candidates };
    });
  });
  return Map.groupBy(asked, ({ resource }) => resource.type);
}

/** What a key's own policy lets the role do, read as if it were one of the role's (KMS developer guide, "Key policies"). */
function keyPolicyOf({ properties }: ResolvedResource): Policies[number] {
  const { Statement = [] } = properties['KeyPolicy'] as { Statement?: { Principal?: unknown }[] };
  const ofRole = Statement.filter(({ Principal }) =>
    JSON.stringify(Principal).includes(':role/opensarlab-cloudformation'),
  );
  const identity = ofRole.map(({ Principal: _, ...statement }) => statement);
  return readPolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: identity }), 'identity');
}

/** What handlers ask for on resources of other types: roles that they pass or look for, machines, keys, AWS's own parameters. */
const besides = (region: string): string[] => [
  `arn:aws:ec2:${region}:${account}:instance/i-1`,
  `arn:aws:kms:${region}:${account}:key/0a1b`,
  `arn:aws:iam::${account}:role/opensarlab/lab-Role-A1B2C3D4E5F6`,
  `arn:aws:iam::${account}:role/aws-service-role/service.amazonaws.com/AWSServiceRole`,
  `arn:aws:ssm:${region}::parameter/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended`,
];

/** Which service a type's roles are passed to, and which service-linked role it may make. */
function passed(type: string): RequestContext {
  const [service, linked] = passedTo[type] ?? [];
  return {
    ...(service === undefined ? {} : { 'iam:PassedToService': service }),
    ...(linked === undefined ? {} : { 'iam:AWSServiceName': linked }),
  };
}
const passedTo: Readonly<Record<string, readonly [service: string, linked?: string]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['ec2.amazonaws.com', 'autoscaling.amazonaws.com'],
  'AWS::CodeBuild::Project': ['codebuild.amazonaws.com'],
  'AWS::CodePipeline::Pipeline': ['codepipeline.amazonaws.com'],
  'AWS::Cognito::UserPool': ['cognito-idp.amazonaws.com', 'email.cognito-idp.amazonaws.com'],
  'AWS::DLM::LifecyclePolicy': ['dlm.amazonaws.com'],
  'AWS::EKS::Addon': ['pods.eks.amazonaws.com'],
  'AWS::EKS::Cluster': ['eks.amazonaws.com', 'eks.amazonaws.com'],
  'AWS::EKS::Nodegroup': ['ec2.amazonaws.com', 'eks-nodegroup.amazonaws.com'],
  'AWS::EKS::PodIdentityAssociation': ['pods.eks.amazonaws.com'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    'elasticloadbalancing.amazonaws.com',
    'elasticloadbalancing.amazonaws.com',
  ],
  'AWS::Events::Rule': ['events.amazonaws.com'],
  'AWS::IAM::InstanceProfile': ['ec2.amazonaws.com'],
  'AWS::Lambda::Function': ['lambda.amazonaws.com'],
} satisfies Partial<Record<ResourceType, readonly [service: string, linked?: string]>>;

/** Whether a property is rendered; `A.B` for one within another, through lists as well. */
function has(value: unknown, path: string): boolean {
  const [first = '', ...rest] = path.split('.');
  if (Array.isArray(value)) return value.some((each) => has(each, path));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return false;
  return rest.length === 0 || has(Reflect.get(value, first), rest.join('.'));
}
