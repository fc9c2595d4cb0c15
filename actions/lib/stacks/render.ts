import { dump } from 'js-yaml';
import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import { autoscalerValues, hubValues, smokeTest, versionVariables } from './hub-values.ts';
import { notificationObjects } from './notification-objects.ts';
import { serviceAccountObjects, undeclaredServiceAccounts } from './service-account-objects.ts';
import type { Stack } from './stack.ts';
import { readVersions } from './versions.ts';

/** A file for a CodeCommit repository; the mode is Git's. */
export type RenderedFile = { path: string; text: string; mode: '100644' | '100755' };

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
    file('opensarlab/autoscaler.yaml', generatedNote + yaml(autoscalerValues(deployment))),
    file('opensarlab/notifications.yaml', generatedNote + yaml(notificationObjects(deployment))),
    file('opensarlab/opensarlab.yaml', sources.declaration),
    file('opensarlab/service-accounts.yaml', generatedNote + yaml(serviceAccountObjects(deployment))),
    file('opensarlab/smoke-test.json', `${JSON.stringify(smokeTest(deployment), undefined, 2)}\n`),
    ...sources.stacks.flatMap(stackFiles),
    file('opensarlab/undeclared-service-accounts.selector', `${undeclaredServiceAccounts(deployment)}\n`),
    file('opensarlab/values.yaml', generatedNote + yaml(hubValues(deployment))),
    file('opensarlab/versions.env', versionVariables(versions)),
  ];
  const images = imagesOf(deployment).map((image) => `${image}\n`);
  cluster.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { container: [file('images/images.txt', images.join(''))], cluster };
}

/** A stack's template and, for people who upload it by hand, its parameters and tags. */
function stackFiles(stack: Stack): RenderedFile[] {
  const { name, parameters, tags, dependsOn } = stack;
  return [
    file(`opensarlab/stacks/${name}.parameters.yaml`, generatedNote + yaml({ parameters, tags, dependsOn })),
    file(`opensarlab/stacks/${name}.yaml`, stack.templateBody),
  ];
}

function file(path: string, text: string): RenderedFile {
  return { path, text, mode: '100644' };
}

function yaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}
