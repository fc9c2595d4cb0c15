import type { ApiClient, KubernetesObject } from './api-client.ts';
import type { Snapshot } from './cluster-snapshot.ts';
import type { ResourcePaths } from './dry-run.ts';
import type { JobPrograms, PhaseRun, PipelineJob } from './pipeline-job.ts';
import { expect } from './scenario.ts';

/** What scenarios act on. */
export type Stage = {
  client: ApiClient;
  paths: ResourcePaths;
  job: PipelineJob;
  programs: JobPrograms;
  /** Scratch. */
  folder: string;
  /** Why the charts cannot be installed; undefined when they can. */
  noCharts: string | undefined;
  /** Whether nodes are only stood in for, so that no container runs. */
  nodesAreStoodIn: boolean;
  /** Objects that are not expected to get ready here. */
  cannotRun: readonly RegExp[];
  /** Namespace for what is only looked at. */
  scratch: string;
  /** The cluster before anything was installed. */
  empty: Snapshot;
};

/** A revision of a release, as Helm writes it down in a secret. */
export type Revision = { revision: number; status: string };

const NAMESPACE = { jupyter: 'jupyter', autoscaler: 'autoscaler' } as const;

/** All revisions of a release that Helm remembers, oldest first. */
export async function revisionsOf({ client }: Stage, release: keyof typeof NAMESPACE): Promise<Revision[]> {
  const selector = encodeURIComponent(`owner=helm,name=${release}`);
  const path = `/api/v1/namespaces/${NAMESPACE[release]}/secrets?labelSelector=${selector}`;
  const { items } = await client.read<{ items: KubernetesObject[] }>(path);
  return items
    .map(({ metadata: { labels = {} } }) => ({ revision: Number(labels['version']), status: labels['status'] ?? '' }))
    .sort((one, other) => one.revision - other.revision);
}

/** E.g. `1 superseded, 2 deployed`. */
export const revisionText = (revisions: readonly Revision[]): string =>
  revisions.map(({ revision, status }) => `${revision} ${status}`).join(', ');

/** @throws Error with the end of what was printed, unless the phase succeeded */
export function expectSuccess({ status, output }: PhaseRun): void {
  expect(status === 0, () => `ended with ${status}:\n${output.split('\n').slice(-12).join('\n')}`);
}

/** An object, or undefined when there is none. */
export async function find(client: ApiClient, path: string): Promise<KubernetesObject | undefined> {
  const { status, body } = await client.request('GET', path);
  return status === 200 ? (body as KubernetesObject) : undefined;
}
