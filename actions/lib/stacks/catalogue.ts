import { createHash } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { withAddonVersions } from './addon-versions.ts';
import { withInitialSizes } from './initial-sizes.ts';
import { clusterAdministrators, completeImagesRole, imageRepositories, userGroups } from './list-resources.ts';
import { completeCoreNode, nodeGroups } from './node-groups.ts';
import { parametersOf, usesLoadBalancerName } from './parameters.ts';
import { serviceAccountRoles } from './service-account-roles.ts';
import { fingerprintOutput, type Stack, type StackKind, stackKinds } from './stack.ts';
import { readTemplate, type Template, type TemplateResource } from './template.ts';
import { largestTemplateBody, requestText, writeTemplate } from './template-text.ts';
import { readVersions, type Versions } from './versions.ts';

/** Texts of `cluster/cloudformation/<kind>.yaml` and of `cluster/versions.yaml`. */
export type CatalogueSources = { templates: Record<StackKind, string>; versions: string };

/** Resources of each stack that depend on the declaration's lists. */
const generated: Record<StackKind, (deployment: Deployment) => Template['Resources']> = {
  container: imageRepositories,
  cluster: (deployment) => ({ ...nodeGroups(deployment), ...clusterAdministrators(deployment) }),
  cognito: userGroups,
  jupyterhub: serviceAccountRoles,
  'cluster-pipeline': () => ({}),
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
export function stackTags(deployment: Deployment): Record<string, string> {
  return { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
}

/** Stacks that must be complete before this kind starts; nothing waits for what it does not need. */
export function dependenciesOf(kind: StackKind, deployment: Deployment): StackKind[] {
  const dependencies: Record<StackKind, StackKind[]> = {
    container: [],
    cluster: [],
    cognito: usesLoadBalancerName(deployment) ? ['cluster'] : [],
    jupyterhub: ['cluster', 'cognito'],
    'cluster-pipeline': ['jupyterhub'],
  };
  return dependencies[kind];
}

function stackOf(kind: StackKind, deployment: Deployment, text: string, versions: Versions): Stack {
  const template = finalTemplate(kind, deployment, readTemplate(text, `${kind}.yaml`), versions);
  const parameters = parametersOf(kind, deployment, versions);
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
    dependsOn: dependenciesOf(kind, deployment),
    terminationProtection: deployment.protected,
    retained: kind === 'cognito' && deployment.retain.cognito,
    fingerprint,
  };
}

function finalTemplate(kind: StackKind, deployment: Deployment, base: Template, versions: Versions): Template {
  const own = kind === 'cluster' ? withInitialSizes(withAddonVersions(base, versions), deployment) : base;
  const merged = { ...own.Resources, ...generated[kind](deployment) };
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
