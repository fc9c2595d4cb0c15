import { dump } from 'js-yaml';
import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import type { ConfigurationForm } from './configuration-keys.ts';
import { autoscalerValues, hubValues, smokeTest, versionVariables } from './hub-values.ts';
import { serviceAccountObjects, undeclaredServiceAccounts } from './service-account-roles.ts';
import type { Stack } from './stack.ts';
import { readVersions } from './versions.ts';

/** A file for a CodeCommit repository; the mode is Git's. */
export type RenderedFile = { path: string; text: string; mode: '100644' | '100755'; form: RenderedForm };

/**
 * How the content is told apart where a change of it is reviewed: by {@link ConfigurationForm}, or `template`, the very text
 * of a stack's template, whose effect the stack's own change set tells.
 */
export type RenderedForm = ConfigurationForm | 'template';

/** The rendered files of both repositories, sorted by path. */
export type RenderedOverlay = { container: RenderedFile[]; cluster: RenderedFile[] };

/** The deployment's stacks, its declaration as it is written, and the text of `cluster/versions.yaml`. */
export type RenderSources = { stacks: readonly Stack[]; declaration: string; versions: string };

const generatedNote = '# Rendered from the declaration of the deployment; change that, not this file.\n';

/**
 * What the declaration puts into `NAME-container` (the list of images to build) and `NAME-cluster` (Helm values, service
 * accounts, the notifications' calendar, pinned versions, the declaration, the final templates). The same input gives the same bytes.
 * @throws Failure `Versions`
 */
export function renderOverlay(deployment: Deployment, sources: RenderSources): RenderedOverlay {
  const versions = readVersions(sources.versions);
  const cluster: RenderedFile[] = [
    file('opensarlab/autoscaler.yaml', 'yaml', generatedNote + yaml(autoscalerValues(deployment))),
    file('opensarlab/notifications.yaml', 'yaml', generatedNote + yaml(notificationObjects(deployment))),
    file('opensarlab/opensarlab.yaml', 'yaml', sources.declaration),
    file('opensarlab/service-accounts.yaml', 'yaml', generatedNote + yaml(serviceAccountObjects(deployment))),
    file('opensarlab/smoke-test.json', 'json', `${JSON.stringify(smokeTest(deployment), undefined, 2)}\n`),
    ...sources.stacks.flatMap(stackFiles),
    file('opensarlab/undeclared-service-accounts.selector', 'selector', `${undeclaredServiceAccounts(deployment)}\n`),
    file('opensarlab/values.yaml', 'yaml', generatedNote + yaml(hubValues(deployment))),
    file('opensarlab/versions.env', 'variables', versionVariables(versions)),
  ];
  const images = imagesOf(deployment).map((image) => `${image}\n`);
  cluster.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { container: [file('images/images.txt', 'lines', images.join(''))], cluster };
}

/** A stack's template and, for people who upload it by hand, its parameters and tags. */
function stackFiles(stack: Stack): RenderedFile[] {
  const { name, parameters, tags, dependsOn } = stack;
  return [
    file(
      `opensarlab/stacks/${name}.parameters.yaml`,
      'parameters',
      generatedNote + yaml({ parameters, tags, dependsOn }),
    ),
    file(`opensarlab/stacks/${name}.yaml`, 'template', stack.templateBody),
  ];
}

function file(path: string, form: RenderedForm, text: string): RenderedFile {
  return { path, text, mode: '100644', form };
}

function yaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/**
 * The namespace of the services beside the hub, and what the declaration says to the notifications, as one Kubernetes
 * list; the rest is the same for every deployment and stands in `cluster/services/notifications.yaml`.
 */
export function notificationObjects({ parameters }: Pick<Deployment, 'parameters'>): Record<string, unknown> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const data = parameters.ical_url === undefined ? {} : { ICAL_URL: parameters.ical_url };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'services', labels } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notifications', namespace: 'services' }, data },
    ],
  };
}
