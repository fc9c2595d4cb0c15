import { bootstrapTemplate, bootstrapVersion } from '../bootstrap/bootstrap-version.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import { readDeployments } from '../deployment/read-deployments.ts';
import { toFailure } from '../failure.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import type { Neighbour, ReadinessFacts } from '../plan/preflight-check.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import { stackName } from '../stacks/catalogue.ts';
import { imageReader } from './image-findings.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What the checkout says beside a declaration that decides whether the account is ready: its other deployments in the same
 * account and region, the folders of images, the version of the bootstrap stack's template.
 * @param builtCommit the commit that images are built from, where it is known
 */
export async function readinessFacts(
  { workspace }: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
  { cloudFormation }: Pick<AwsPorts, 'cloudFormation'>,
  builtCommit?: string,
): Promise<ReadinessFacts> {
  const { aws, name } = deployment;
  const { results } = readDeployments(await workspace.deploymentFolders());
  const neighbours = results.flatMap(({ deployable, deployment: other }): Neighbour[] => {
    if (!deployable || other === undefined || other.name === name || other.adopt === 'destroy-only') return [];
    if (other.aws.account_id !== aws.account_id || other.aws.region !== aws.region) return [];
    const cluster = stackName(other.name, 'cluster');
    return [{ deployment: other, isThere: async () => (await cloudFormation.findStack(cluster)) !== undefined }];
  });
  const { faults, dockerHubImages } = await imageReader(workspace.files).judge(name, imagesOf(deployment));
  const version = await versionOf(workspace);
  return {
    neighbours,
    ...(faults === undefined ? {} : { imageFaults: [...faults.values()].flat().map(({ message }) => message) }),
    ...(dockerHubImages === undefined ? {} : { dockerHubImages }),
    ...(version === undefined ? {} : { bootstrapVersion: version }),
    ...(builtCommit === undefined ? {} : { builtTag: builtCommit.slice(0, 7) }),
  };
}

/** The commit that images will be built from. */
export function containerCommit(records: readonly MirrorRecord[]): string | undefined {
  return records.find(({ kind }) => kind === 'container')?.commit;
}

/** Undefined for a checkout of declarations alone. */
async function versionOf(workspace: Pick<Surroundings['workspace'], 'text'>): Promise<string | undefined> {
  try {
    return bootstrapVersion(await workspace.text(bootstrapTemplate));
  } catch (error) {
    if (toFailure(error).code === 'FileMissing') return undefined;
    throw error;
  }
}
