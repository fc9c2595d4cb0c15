import { createHash } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { withAddonVersions } from './addon-versions.ts';
import { withInitialSizes } from './initial-sizes.ts';
import { clusterAdministrators, completeImagesRole, imageRepositories, userGroups } from './list-resources.ts';
import { completeCoreNode, nodeGroups } from './node-groups.ts';
import {
  clusterParameters,
  cognitoParameters,
  containerParameters,
  hubParameters,
  usesLoadBalancerName,
} from './parameters.ts';
import { serviceAccountRoles } from './service-account-roles.ts';
import { fingerprintOutput, type Stack, type StackKind, stackKinds } from './stack.ts';
import { readTemplate, type Template, type TemplateResource } from './template.ts';
import { largestTemplateBody, requestText, writeTemplate } from './template-text.ts';
import { readVersions, type Versions } from './versions.ts';

/** Texts of `cluster/cloudformation/<kind>.yaml` and of `cluster/versions.yaml`. */
export type CatalogueSources = { templates: Record<StackKind, string>; versions: string };

/** What makes a stack beside its template `cluster/cloudformation/<kind>.yaml`. */
type StackDefinition = {
  /** Stacks that must be complete before this one starts; nothing waits for what it does not need. */
  dependsOn: (deployment: Deployment) => StackKind[];
  /** Literals from the declaration, and references to what other stacks have made. */
  parameters: (deployment: Deployment, versions: Versions) => Stack['parameters'];
  /** Resources that depend on the declaration's lists. */
  resources: (deployment: Deployment) => Template['Resources'];
  /** Whether a teardown keeps it. */
  isKept: (deployment: Deployment) => boolean;
};

/** The stacks, one row each. */
const definitions: Record<StackKind, StackDefinition> = {
  container: {
    dependsOn: () => [],
    parameters: containerParameters,
    resources: imageRepositories,
    isKept: () => false,
  },
  cluster: {
    dependsOn: () => [],
    parameters: clusterParameters,
    resources: (deployment) => ({ ...nodeGroups(deployment), ...clusterAdministrators(deployment) }),
    isKept: () => false,
  },
  cognito: {
    dependsOn: (deployment) => (usesLoadBalancerName(deployment) ? ['cluster'] : []),
    parameters: cognitoParameters,
    resources: userGroups,
    isKept: ({ retain }) => retain.cognito,
  },
  jupyterhub: {
    dependsOn: () => ['cluster', 'cognito'],
    parameters: hubParameters,
    resources: serviceAccountRoles,
    isKept: () => false,
  },
  'cluster-pipeline': {
    dependsOn: () => ['jupyterhub'],
    parameters: () => ({ HubProjectName: { stack: 'jupyterhub', output: 'HubProjectName' } }),
    resources: () => ({}),
    isKept: () => false,
  },
};

/**
 * The five stacks of a deployment in the order of {@link stackKinds}; the same input gives the same bytes.
 * @throws Failure `TemplateSyntax`, `Versions`, `TemplateTooLarge`
 */
export function stacksOf(deployment: Deployment, sources: CatalogueSources): Stack[] {
  const versions = readVersions(sources.versions);
  return stackKinds.map((kind) => stackOf(kind, deployment, sources.templates[kind], versions));
}

/** Names of the stacks alone, for what needs no templates. */
export function stackName(deploymentName: string, kind: StackKind): string {
  return `${deploymentName}-${kind}`;
}

/** Tags of every stack; CloudFormation passes them on to what it makes. */
function stackTags(deployment: Deployment): Record<string, string> {
  return { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
}

function stackOf(kind: StackKind, deployment: Deployment, text: string, versions: Versions): Stack {
  const template = finalTemplate(kind, deployment, readTemplate(text, `${kind}.yaml`), versions);
  const { dependsOn, parameters: own, isKept } = definitions[kind];
  const common = { DeploymentName: deployment.name, PermissionsBoundary: deployment.aws.permissions_boundary };
  const parameters = { ...common, ...own(deployment, versions) };
  const tags = stackTags(deployment);
  const fingerprint = fingerprintOf({ templateBody: writeTemplate(template), parameters, tags });
  const templateBody = requestText(withFingerprint(template, fingerprint));
  checkSize(kind, templateBody);
  return {
    kind,
    name: stackName(deployment.name, kind),
    templateBody,
    parameters,
    tags,
    dependsOn: dependsOn(deployment),
    terminationProtection: deployment.protected,
    retained: isKept(deployment),
    fingerprint,
  };
}

function finalTemplate(kind: StackKind, deployment: Deployment, base: Template, versions: Versions): Template {
  const own = kind === 'cluster' ? withInitialSizes(withAddonVersions(base, versions), deployment) : base;
  const merged = { ...own.Resources, ...definitions[kind].resources(deployment) };
  const resources: Template['Resources'] = {};
  for (const [id, resource] of Object.entries(merged)) {
    resources[id] = withDeletionRule(kind, deployment, resource);
  }
  const { CoreNode, ImagesRole } = resources;
  if (CoreNode !== undefined) resources.CoreNode = completeCoreNode(deployment, CoreNode);
  if (ImagesRole !== undefined) resources.ImagesRole = completeImagesRole(deployment, ImagesRole);
  return { ...own, Resources: resources };
}

/** What `retain` says about logs and the user pool; the templates' own rule is to keep both. */
function withDeletionRule(kind: StackKind, deployment: Deployment, resource: TemplateResource): TemplateResource {
  const kept =
    resource.Type === 'AWS::Logs::LogGroup' ? deployment.retain.logs : kind !== 'cognito' || deployment.retain.cognito;
  if (kept || resource.DeletionPolicy !== 'RetainExceptOnCreate') return resource;
  return { ...resource, DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
}

function withFingerprint(template: Template, fingerprint: string): Template {
  const output = { Description: 'Tells whether the stack is as declared.', Value: fingerprint };
  return { ...template, Outputs: { ...template.Outputs, [fingerprintOutput]: output } };
}

function checkSize(kind: StackKind, body: string): void {
  const bytes = Buffer.byteLength(body);
  if (bytes < largestTemplateBody) return;
  throw new Failure({
    code: 'TemplateTooLarge',
    source: 'user',
    place: { file: `cluster/cloudformation/${kind}.yaml`, line: 1 },
    message: `The template of the stack ${kind} has ${bytes} bytes; CloudFormation takes less than ${largestTemplateBody}.`,
    hint: 'Declare fewer node types, profiles or groups.',
  });
}

/**
 * SHA-256 over what a stack is made of, 64 hex digits: template (without the output that carries the fingerprint),
 * parameters and tags. Parameters and tags count by content, not by order.
 */
function fingerprintOf(stack: Pick<Stack, 'templateBody' | 'parameters' | 'tags'>): string {
  const parts = [stack.templateBody, sorted(stack.parameters), sorted(stack.tags)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
