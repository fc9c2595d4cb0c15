import { createHash } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { type RetainOption, rowOf } from '../resources/resource-types.ts';
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

/** What makes a stack beside its template `cluster/cloudformation/<kind>.yaml`, and what others have to know about it. */
type StackDefinition = {
  /** Stacks that must be complete before this one starts; nothing waits for what it does not need. */
  dependsOn: (deployment: Deployment) => StackKind[];
  /** Literals from the declaration, and references to what other stacks have made. */
  parameters: (deployment: Deployment, versions: Versions) => Stack['parameters'];
  /** Resources that depend on the declaration's lists. */
  resources: (deployment: Deployment) => Template['Resources'];
  /** What is in the template, but depends on the declaration or on pinned versions. */
  complete: (template: Template, deployment: Deployment, versions: Versions) => Template;
  /** The option of `retain` by which a teardown keeps all of it. */
  keptBy: RetainOption | 'nothing';
  /**
   * Ids, in `deployment/names.ts`, of what it makes under a name that an earlier life of the deployment may have left taken;
   * `inLife` for log groups that come and go while the stack is there.
   */
  makes: { logGroups: readonly string[]; inLife?: true; bucket?: string };
  /** Whether the hub is installed anew after its change: counted from when it had settled, or from when it began. */
  installsHub: 'from its end' | 'from its beginning' | 'no';
};

/** The stacks, one row each. */
export const stackDefinitions: Readonly<Record<StackKind, StackDefinition>> = {
  container: {
    dependsOn: () => [],
    parameters: containerParameters,
    resources: imageRepositories,
    complete: (template, deployment) =>
      withCompleted(template, 'ImagesRole', (role) => completeImagesRole(deployment, role)),
    keptBy: 'nothing',
    makes: { logGroups: ['log-images', 'log-hub-images'], bucket: 'bucket-container' },
    installsHub: 'no',
  },
  cluster: {
    dependsOn: () => [],
    parameters: clusterParameters,
    resources: (deployment) => ({ ...nodeGroups(deployment), ...clusterAdministrators(deployment) }),
    complete: (template, deployment, versions) =>
      withCompleted(withInitialSizes(withAddonVersions(template, versions), deployment), 'CoreNode', (node) =>
        completeCoreNode(deployment, node),
      ),
    keptBy: 'nothing',
    makes: { logGroups: ['log-eks'] },
    installsHub: 'from its end',
  },
  cognito: {
    dependsOn: (deployment) => (usesLoadBalancerName(deployment) ? ['cluster'] : []),
    parameters: cognitoParameters,
    resources: userGroups,
    complete: (template) => template,
    keptBy: 'cognito',
    // The log group of sign-ups is there only while people may sign up.
    makes: { logGroups: ['log-sign-up'], inLife: true },
    installsHub: 'from its end',
  },
  jupyterhub: {
    dependsOn: () => ['cluster', 'cognito'],
    parameters: hubParameters,
    resources: serviceAccountRoles,
    complete: (template) => template,
    keptBy: 'nothing',
    makes: { logGroups: ['log-hub'] },
    installsHub: 'from its end',
  },
  'cluster-pipeline': {
    dependsOn: () => ['jupyterhub'],
    parameters: () => ({ HubProjectName: { stack: 'jupyterhub', output: 'HubProjectName' } }),
    resources: () => ({}),
    complete: (template) => template,
    keptBy: 'nothing',
    makes: { logGroups: [], bucket: 'bucket-cluster' },
    // A new pipeline starts by itself while its stack is still being made.
    installsHub: 'from its beginning',
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

/** Whether a teardown keeps the stack. */
export function isKeptStack(kind: StackKind, { retain }: Pick<Deployment, 'retain'>): boolean {
  const { keptBy } = stackDefinitions[kind];
  return keptBy !== 'nothing' && retain[keptBy];
}

/** Tags of every stack; CloudFormation passes them on to what it makes. */
function stackTags(deployment: Deployment): Record<string, string> {
  return { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
}

function stackOf(kind: StackKind, deployment: Deployment, text: string, versions: Versions): Stack {
  const template = finalTemplate(kind, deployment, readTemplate(text, `${kind}.yaml`), versions);
  const { dependsOn, parameters: own } = stackDefinitions[kind];
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
    retained: isKeptStack(kind, deployment),
    fingerprint,
  };
}

function finalTemplate(kind: StackKind, deployment: Deployment, base: Template, versions: Versions): Template {
  const { complete, resources: listed } = stackDefinitions[kind];
  const own = complete(base, deployment, versions);
  const resources: Template['Resources'] = {};
  for (const [id, resource] of Object.entries({ ...own.Resources, ...listed(deployment) })) {
    resources[id] = withDeletionRule(deployment, resource);
  }
  return { ...own, Resources: resources };
}

/** A template with one of its resources completed; the same one when it lacks it. */
function withCompleted(
  template: Template,
  id: string,
  complete: (resource: TemplateResource) => TemplateResource,
): Template {
  const resource = template.Resources[id];
  return resource === undefined
    ? template
    : { ...template, Resources: { ...template.Resources, [id]: complete(resource) } };
}

/** What `retain` says about what is in the templates, whose own rule is to keep it. */
function withDeletionRule({ retain }: Deployment, resource: TemplateResource): TemplateResource {
  const option = rowOf(resource.Type)?.keptBy ?? 'nothing';
  const isKept = option === 'nothing' || option === 'tags' || retain[option];
  if (isKept || resource.DeletionPolicy !== 'RetainExceptOnCreate') return resource;
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
