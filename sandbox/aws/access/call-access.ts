import { cloudFormationState, findStack, type Stack } from '../cloudformation/stack-state.ts';
import type { AccessRequest, PlannedCall } from '../service.ts';
import { iam } from '../services/iam/iam-state.ts';
import { existingSecrets } from '../services/secrets-manager/secrets-state.ts';
import { sesState } from '../services/ses/ses-state.ts';
import { ec2CallAccess } from './ec2-access.ts';
import { requestTags, tagContext, tagNames } from './request-tags.ts';

/** The permissions that a call to a service needs. */
export type CallAccess = (call: PlannedCall) => AccessRequest[];

/** What an operation works on: ARNs, or `*` where the action knows no resources (Service Authorization Reference). */
type ResourcesOf = (call: PlannedCall & Names) => string[];

/** The members of the input that are texts, and how ARNs are written. */
type Names = {
  name: (...members: string[]) => string | undefined;
  names: (member: string) => string[];
  /** An ARN of the request's region and account. */
  arn: (service: string, resource: string) => string;
};

const ANY = ['*'];

const resourcesOf: Readonly<Record<string, ResourcesOf>> = {
  acm: ({ name }) => [name('CertificateArn') ?? '*'],
  autoscaling: ({ operation, name, arn, input }) => {
    if (operation.startsWith('Describe')) return ANY;
    const tags = (input['Tags'] ?? []) as { ResourceId?: string }[];
    const groups = [name('AutoScalingGroupName'), ...tags.map(({ ResourceId }) => ResourceId)];
    return groups.flatMap((group) =>
      group === undefined ? [] : [arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${group}`)],
    );
  },
  ce: () => ANY,
  codebuild: ({ name, names, arn }) => {
    const ids = [...names('ids'), name('id')].map((id) => id?.split(':')[0]);
    const projects = [name('projectName', 'name'), ...names('names'), ...ids].filter((each) => each !== undefined);
    return orAny(projects.map((project) => arn('codebuild', `project/${project}`)));
  },
  codecommit: ({ name, names, arn }) => {
    const repositories = [name('repositoryName'), ...names('repositoryNames')].filter((each) => each !== undefined);
    const arns = repositories.map((repository) => arn('codecommit', repository));
    return orAny([...arns, ...asList(name('resourceArn'))]);
  },
  codepipeline: ({ operation, name, arn }) => {
    const pipeline = name('pipelineName', 'name');
    const stage = /StageTransition$|^RetryStageExecution$/.test(operation) ? `/${name('stageName')}` : '';
    return orAny([
      ...(pipeline === undefined ? [] : [arn('codepipeline', `${pipeline}${stage}`)]),
      ...asList(name('resourceArn')),
    ]);
  },
  'cognito-idp': ({ name, arn }) => {
    const pool = name('UserPoolId');
    return orAny([
      ...(pool === undefined ? [] : [arn('cognito-idp', `userpool/${pool}`)]),
      ...asList(name('ResourceArn')),
    ]);
  },
  ecr: ({ operation, name, names, arn }) => {
    if (operation === 'GetAuthorizationToken') return ANY;
    const repositories = [...asList(name('repositoryName')), ...names('repositoryNames')];
    if (name('resourceArn') !== undefined) return asList(name('resourceArn'));
    return (repositories.length > 0 ? repositories : ['*']).map((each) => arn('ecr', `repository/${each}`));
  },
  eks: eksResources,
  elasticloadbalancing: ({ operation, name }) =>
    operation.startsWith('Describe') ? ANY : orAny(asList(name('LoadBalancerArn', 'TargetGroupArn', 'ListenerArn'))),
  iam: iamResources,
  logs: logsResources,
  secretsmanager: ({ operation, context, name, arn }) => {
    if (operation === 'CreateSecret') return [arn('secretsmanager', `secret:${name('Name')}-??????`)];
    const id = name('SecretId');
    if (id === undefined) return ANY;
    const secrets = [...existingSecrets(context.world, context.region).values()];
    const known = secrets.find((secret) => secret.name === id || secret.arn === id);
    return [known?.arn ?? (id.startsWith('arn:') ? id : arn('secretsmanager', `secret:${id}-??????`))];
  },
  servicequotas: () => ANY,
  ses: sesResources,
  tagging: () => ANY,
};

const asList = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
const orAny = (arns: string[]): string[] => (arns.length > 0 ? arns : ANY);

/** Parts of a cluster have a unique id at the end of their ARN, which nobody can guess before they are made. */
function eksResources({ operation, name, arn }: PlannedCall & Names): string[] {
  if (name('resourceArn') !== undefined) return asList(name('resourceArn'));
  const cluster = name('clusterName', 'name');
  if (cluster === undefined || operation === 'DescribeAddonVersions') return ANY;
  const making = /^(Create|List)/.test(operation) && operation !== 'ListAssociatedAccessPolicies';
  const principal = name('principalArn')?.split(':');
  const entry = principal && `${principal[5]?.replace(/^(\w+)\/.*?([^/]+)$/, `$1/${principal[4]}/$2`)}`;
  const parts = [
    ...asList(name('nodegroupName')).map((part) => `nodegroup/${cluster}/${part}/*`),
    ...asList(name('addonName')).map((part) => `addon/${cluster}/${part}/*`),
    ...asList(name('associationId')).map((part) => `podidentityassociation/${cluster}/${part}`),
    ...asList(entry).map((part) => `access-entry/${cluster}/${part}/*`),
  ];
  const [part = `cluster/${cluster}`] = making ? [] : parts;
  return [arn('eks', part)];
}

function iamResources({ operation, context, name }: PlannedCall & Names): string[] {
  const { world } = context;
  const account = `arn:aws:iam::${world.accountId}`;
  const path = name('Path') ?? '/';
  if (operation === 'CreateRole') return [`${account}:role${path}${name('RoleName')}`];
  if (operation === 'CreatePolicy') return [`${account}:policy${path}${name('PolicyName')}`];
  if (operation === 'CreateOpenIDConnectProvider') {
    return [`${account}:oidc-provider/${name('Url')?.replace('https://', '')}`];
  }
  const role = name('RoleName');
  if (role !== undefined) return [iam(world).roles.get(role)?.arn ?? `${account}:role/${role}`];
  const profile = name('InstanceProfileName');
  if (profile !== undefined) {
    return [iam(world).instanceProfiles.get(profile)?.arn ?? `${account}:instance-profile/${profile}`];
  }
  return [name('PolicyArn', 'OpenIDConnectProviderArn') ?? '*'];
}

/** ARNs with `:*` at the end in policies: each action but those on tags is asked with a stream (logs ug, iam-access-control-overview-cwl.html). */
function logsResources({ operation, name, arn }: PlannedCall & Names): string[] {
  if (name('resourceArn') !== undefined) return asList(name('resourceArn'));
  const group = name('logGroupName') ?? name('logGroupIdentifier')?.split(':log-group:')[1];
  if (group === undefined || operation === 'DescribeLogGroups') return ANY;
  return [arn('logs', `log-group:${group}:log-stream:${name('logStreamName') ?? ''}`)];
}

/** Mail is sent with the identity of its sender: the address itself or its domain (ses dg, control-user-access.html). */
function sesResources({ operation, context, name, arn }: PlannedCall & Names): string[] {
  if (operation !== 'SendEmail')
    return [name('EmailIdentity') === undefined ? '*' : arn('ses', `identity/${name('EmailIdentity')}`)];
  const address = /<([^>]+)>/.exec(name('FromEmailAddress') ?? '')?.[1] ?? name('FromEmailAddress') ?? '';
  const { identities } = context.world.state(sesState, context.region);
  return [arn('ses', `identity/${identities.has(address) ? address : address.split('@').at(-1)}`)];
}

function namesOf({ input, context: { world, region } }: PlannedCall): Names {
  const text = (member: string): string | undefined => {
    const value = input[member];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    name: (...members) => members.map(text).find((value) => value !== undefined),
    names: (member) => (Array.isArray(input[member]) ? (input[member] as unknown[]).map(String) : []),
    arn: (service, resource) => `arn:aws:${service}:${region}:${world.accountId}:${resource}`,
  };
}

/** Services whose actions have another prefix than their signing name (Service Authorization Reference). */
const PREFIXES: Readonly<Record<string, string>> = { tagging: 'tag' };

/** Services in which making something with tags takes a permission of its own (same reference, "Dependent actions"). */
const TAG_ACTIONS: Readonly<Record<string, (operation: string) => string>> = {
  codecommit: () => 'TagResource',
  ecr: () => 'TagResource',
  iam: (operation) => operation.replace('Create', 'Tag'),
  logs: () => 'TagResource',
  secretsmanager: () => 'TagResource',
};

/**
 * The permissions that a call needs.
 * @param signingName of the service
 * @returns undefined when the sandbox does not derive the resources of that service's calls
 */
export function callAccess(signingName: string, call: PlannedCall): AccessRequest[] | undefined {
  if (signingName === 'cloudformation') return cloudFormationAccess(call);
  if (signingName === 'ec2') return ec2CallAccess(call);
  const prefix = PREFIXES[signingName] ?? signingName;
  const derive = resourcesOf[signingName];
  if (!derive) return undefined;
  const tags = requestTags(call.input);
  const context = { ...tagContext(tags), ...(signingName === 'iam' ? iamContext(call) : {}) };
  const resources = derive({ ...call, ...namesOf(call) });
  const tagging =
    call.operation.startsWith('Create') && tagNames(tags).length > 0 ? TAG_ACTIONS[signingName] : undefined;
  const actions = [call.operation, ...(tagging ? [tagging(call.operation)] : [])];
  return actions.flatMap((action) =>
    resources.map((resource) => ({ action: `${prefix}:${action}`, resource, context })),
  );
}

/** `iam:PermissionsBoundary` is the boundary that is set, or that the role has (IAM keys of the same reference). */
function iamContext({ input, context }: PlannedCall): Record<string, string | undefined> {
  const stated = input['PermissionsBoundary'];
  const role = typeof input['RoleName'] === 'string' ? iam(context.world).roles.get(input['RoleName']) : undefined;
  return {
    'iam:PermissionsBoundary': typeof stated === 'string' ? stated : role?.permissionsBoundary,
    'iam:PolicyARN': typeof input['PolicyArn'] === 'string' ? input['PolicyArn'] : undefined,
  };
}

/** Operations that are about no one stack (Service Authorization Reference, AWS CloudFormation). */
const WITHOUT_STACK: ReadonlySet<string> = new Set(['ListStacks', 'ListExports', 'ListImports', 'ValidateTemplate']);

/**
 * A stack that is named has the ARN `stack/NAME/ID`, with `*` for the id until it is made. Whoever gives CloudFormation a
 * role passes it on, and `cloudformation:RoleArn` is the role that the request itself names
 * (AWSCloudFormation/latest/UserGuide/control-access-with-iam.html).
 */
function cloudFormationAccess({ operation, input, context }: PlannedCall): AccessRequest[] {
  const { world, region } = context;
  const state = world.state(cloudFormationState, region);
  const text = (member: string): string | undefined => (typeof input[member] === 'string' ? input[member] : undefined);
  const changeSet = text('ChangeSetName');
  const stack = stackOf(state.stacks, findStack(state, text('StackName') ?? ''), changeSet);
  const named = text('StackName') ?? '*';
  const none = operation === 'DescribeStacks' || operation === 'GetTemplateSummary' ? '*' : undefined;
  const arn = named.startsWith('arn:') ? named : `arn:aws:cloudformation:${region}:${world.accountId}:stack/${named}/*`;
  const resource = WITHOUT_STACK.has(operation) ? '*' : (stack?.id ?? (named === '*' && none ? none : arn));
  const tags = requestTags(input);
  const role = text('RoleARN');
  const keys = {
    ...tagContext(tags),
    'cloudformation:RoleArn': role,
    'cloudformation:ChangeSetName': changeSet,
    'cloudformation:TemplateUrl': text('TemplateURL'),
  };
  return [
    { action: `cloudformation:${operation}`, resource, context: keys },
    ...(tagNames(tags).length > 0 ? [{ action: 'cloudformation:TagResource', resource, context: keys }] : []),
    ...(role === undefined ? [] : [passRole(role, 'cloudformation.amazonaws.com')]),
  ];
}

/** A change set's ARN alone names its stack. */
const stackOf = (
  stacks: readonly Stack[],
  named: Stack | undefined,
  changeSet: string | undefined,
): Stack | undefined =>
  named ?? stacks.findLast(({ changeSets }) => changeSet !== undefined && changeSets.has(changeSet));

/** Giving a service a role to act in (IAM userguide, id_roles_use_passrole.html). @param service e.g. `eks.amazonaws.com` */
export const passRole = (roleArn: string, service: string): AccessRequest => ({
  action: 'iam:PassRole',
  resource: roleArn,
  context: { 'iam:PassedToService': service },
});
