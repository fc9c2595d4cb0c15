import { CodeBuildClient, ListCuratedEnvironmentImagesCommand } from '@aws-sdk/client-codebuild';
import { EKSClient, paginateDescribeAddonVersions, paginateDescribeClusterVersions } from '@aws-sdk/client-eks';
import { load } from 'js-yaml';
import type { Versions } from '../../actions/lib/stacks/versions.ts';

/** A minor version of Kubernetes as EKS offers it; the day is the end of standard support. */
export type ClusterVersionFact = { version: string; standard: boolean; endOfSupport: string };

/** What there is today, by the names that cluster/versions.yaml has. */
export type VersionFacts = {
  clusters: ClusterVersionFact[];
  /** Names of add-ons that EKS has for the pinned version of Kubernetes, with their versions, newest first. */
  addons: Record<string, string[]>;
  /** Versions of the charts, as their repositories list them. */
  charts: Record<string, string[]>;
  /** Images that CodeBuild maintains. */
  buildImages: string[];
  /** Latest releases of tools. */
  tools: Record<string, string>;
};

/** Where facts come from beside EKS. */
export type FactSources = {
  /** Gets a text over HTTPS. */
  fetchText: FetchText;
  /** Names of the images that CodeBuild maintains. */
  buildImages(): Promise<string[]>;
};

type FetchText = (url: string) => Promise<string>;

/** Asks EKS, the chart repositories, GitHub and CodeBuild. The credentials are those of the shell. */
export async function gatherVersionFacts(
  versions: Versions,
  region: string,
  { fetchText, buildImages }: FactSources,
): Promise<VersionFacts> {
  const eks = new EKSClient({ region });
  const charts = Object.entries(versions.charts).map(
    async ([name, { repository }]) => [name, await chartVersions(fetchText, repository, name)] as const,
  );
  const latest = await fetchText('https://api.github.com/repos/helm/helm/releases/latest');
  return {
    clusters: await clusterVersions(eks),
    addons: await addonVersions(eks, versions.kubernetes.version),
    charts: Object.fromEntries(await Promise.all(charts)),
    buildImages: await buildImages(),
    tools: { helm: text(record(JSON.parse(latest)).tag_name) },
  };
}

async function clusterVersions(client: EKSClient): Promise<ClusterVersionFact[]> {
  const found: ClusterVersionFact[] = [];
  for await (const page of paginateDescribeClusterVersions({ client }, {})) {
    for (const { clusterVersion, versionStatus, endOfStandardSupportDate } of page.clusterVersions ?? []) {
      if (clusterVersion === undefined || endOfStandardSupportDate === undefined) continue;
      const endOfSupport = endOfStandardSupportDate.toISOString().slice(0, 10);
      found.push({ version: clusterVersion, standard: versionStatus === 'STANDARD_SUPPORT', endOfSupport });
    }
  }
  return found;
}

async function addonVersions(client: EKSClient, kubernetesVersion: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for await (const page of paginateDescribeAddonVersions({ client }, { kubernetesVersion })) {
    for (const { addonName, addonVersions: list } of page.addons ?? []) {
      if (addonName !== undefined) found[addonName] = (list ?? []).flatMap(({ addonVersion }) => addonVersion ?? []);
    }
  }
  return found;
}

/** "helm repo index": the file index.yaml of a repository (helm.sh/docs/topics/chart_repository). */
async function chartVersions(fetchText: FetchText, repository: string, name: string): Promise<string[]> {
  const index = record(load(await fetchText(`${repository.replace(/\/$/, '')}/index.yaml`)));
  const entries = record(index.entries)[name];
  if (!Array.isArray(entries)) throw new Error(`${repository} has no chart ${name}.`);
  return entries.map((entry) => text(record(entry).version));
}

/** The images that CodeBuild maintains, over all platforms and languages (ListCuratedEnvironmentImages). */
export async function curatedBuildImages(region: string): Promise<string[]> {
  const client = new CodeBuildClient({ region });
  const { platforms = [] } = await client.send(new ListCuratedEnvironmentImagesCommand({}));
  const languages = platforms.flatMap((platform) => platform.languages ?? []);
  return [...new Set(languages.flatMap(({ images = [] }) => images.flatMap(({ name }) => name ?? [])))];
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('An answer has another form than expected.');
  return { ...value };
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('An answer has another form than expected.');
  return value;
}
