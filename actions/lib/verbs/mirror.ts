import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { Deployment } from '../deployment/deployment.ts';
import { codeCommitCredentials } from '../git/codecommit-credentials.ts';
import { mirrorRepository } from '../git/mirror.ts';
import type { MirrorRecord, RepositoryKind } from '../git/mirror-record.ts';
import { mergeLayers, type Overlay } from '../git/overlay.ts';
import { readLayer } from '../git/overlay-folder.ts';
import { renderOverlay } from '../stacks/render.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Where this repository's own folders go in each mirrored repository. */
const sharedLayers: Record<RepositoryKind, { folder: string; prefix: string }> = {
  container: { folder: 'images', prefix: 'images/' },
  cluster: { folder: 'cluster', prefix: '' },
};

/**
 * Brings both repositories of a deployment up to date in CodeCommit, at the same time.
 * @param dryRun compute what would be pushed, write nothing
 */
export async function mirror(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  dryRun: boolean,
): Promise<MirrorRecord[]> {
  const overlays = await overlaysOf(surroundings, deployment);
  const records = await Promise.all(
    (['container', 'cluster'] as const).map((kind) =>
      mirrorOne(surroundings, deployment, connection, { kind, overlay: overlays[kind], dryRun }),
    ),
  );
  for (const { repository, change, upstreamRef, commit } of records) {
    surroundings.reporter.info(`${repository}: ${change}, main is ${commit.slice(0, 7)} (${upstreamRef} and overlay)`);
  }
  return records;
}

async function mirrorOne(
  { clock }: Surroundings,
  deployment: Deployment,
  { aws, keys }: Connection,
  { kind, overlay, dryRun }: { kind: RepositoryKind; overlay: Overlay; dryRun: boolean },
): Promise<MirrorRecord> {
  const repository = `${deployment.name}-${kind}`;
  const found = await aws.repositories.find(repository);
  const description = `Mirror of ${deployment.sources[kind].url} for the OpenSARlab ${deployment.name}`;
  const tags = { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
  const target = found ?? (dryRun ? undefined : await aws.repositories.create(repository, description, tags));
  const { region } = deployment.aws;
  const session = await keys();
  return await mirrorRepository({
    deployment: deployment.name,
    kind,
    repository,
    source: deployment.sources[kind],
    overlay,
    target: target && {
      name: repository,
      url: target.cloneUrl,
      credentials: () => codeCommitCredentials(target.cloneUrl, region, session, clock.now()),
    },
    dryRun,
  });
}

/** Layers, later wins: this repository's shared folder, the deployment's own folder, the rendered configuration. */
async function overlaysOf(
  surroundings: Surroundings,
  deployment: Deployment,
): Promise<Record<RepositoryKind, Overlay>> {
  const { workspace } = surroundings;
  const [stacks, versions, text] = await Promise.all([
    declaredStacks(surroundings, deployment),
    workspace.versions(),
    workspace.text(`deployments/${deployment.name}/opensarlab.yaml`),
  ]);
  const rendered = renderOverlay(deployment, { stacks, versions, declaration: withoutComments(text) });
  const overlay = async (kind: RepositoryKind): Promise<Overlay> => {
    const { folder, prefix } = sharedLayers[kind];
    return mergeLayers([
      await readLayer(join(workspace.root, folder), prefix),
      await readLayer(join(workspace.root, 'deployments', deployment.name, kind)),
      {
        files: rendered[kind].map(({ path, mode, text }) => ({ path, mode, content: Buffer.from(text) })),
        delete: [],
        rename: [],
      },
    ]);
  };
  return { container: await overlay('container'), cluster: await overlay('cluster') };
}

/** What the declaration says, without comments and layout: those must not cause a new commit and a new build. */
function withoutComments(declaration: string): string {
  return dump(load(declaration), { lineWidth: -1, noRefs: true });
}
