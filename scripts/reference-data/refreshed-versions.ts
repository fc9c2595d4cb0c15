import { type Document, parseDocument } from 'yaml';
import { readVersions, type Versions } from '../../actions/lib/stacks/versions.ts';
import type { VersionFacts } from './version-facts.ts';

/** The file after a refresh, and what a person should know. */
export type RefreshedVersions = {
  text: string;
  /** One line for each thing to look at: newer versions, versions that are gone. */
  notes: string[];
  /** A pinned version does not exist any more. */
  broken: boolean;
};

const eksVersions = 'https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html';

/**
 * `cluster/versions.yaml` with what was found out today: the end of support of Kubernetes, and the day of the check at
 * every entry that was found to exist. Versions stay: a newer one must be tried first, so it is only named.
 * @param today ISO day
 * @throws Failure `Versions` for a malformed file
 */
export function refreshVersions(file: string, facts: VersionFacts, today: string): RefreshedVersions {
  const versions = readVersions(file);
  const document = parseDocument(file);
  const entries = [kubernetes, addons, charts, images, tools].flatMap((look) => look(versions, facts));
  const notes: string[] = [];
  for (const { path, exists, changes, note } of entries) {
    if (note !== undefined) notes.push(`${path.join('.')}: ${note}`);
    if (!exists) continue;
    for (const [key, value] of Object.entries({ ...changes, checked: today })) set(document, [...path, key], value);
  }
  const broken = entries.some(({ exists }) => !exists);
  return { text: document.toString({ lineWidth: 0, flowCollectionPadding: false }), notes, broken };
}

/** What was found out about one entry. */
type Found = { path: string[]; exists: boolean; changes?: Record<string, string>; note?: string };

function kubernetes({ kubernetes: { version } }: Versions, { clusters }: VersionFacts): Found[] {
  const path = ['kubernetes'];
  const own = clusters.find((cluster) => cluster.version === version);
  if (own === undefined) return [{ path, exists: false, note: `EKS does not have ${version} any more.` }];
  const newer = clusters.filter((cluster) => cluster.standard && isNewer(cluster.version, version));
  const end = own.standard ? '' : ` ${version} is out of standard support.`;
  const news = newer.length === 0 ? '' : `newer: ${newer.map((cluster) => cluster.version).join(', ')}.`;
  const note = `${news}${end}`.trim();
  const changes = { end_of_support: own.endOfSupport, source: eksVersions };
  return [{ path, exists: true, changes, ...(note === '' ? {} : { note }) }];
}

function addons({ addons: pinned, kubernetes: { version } }: Versions, { addons: offered }: VersionFacts): Found[] {
  return Object.entries(pinned).map(([name, entry]) => {
    const found = offered[name] ?? [];
    const exists = entry.version === 'default' ? found.length > 0 : found.includes(entry.version);
    const note = `EKS does not have ${entry.version === 'default' ? 'it' : entry.version} for Kubernetes ${version}.`;
    return { path: ['addons', name], exists, ...(exists ? {} : { note }) };
  });
}

function charts({ charts: pinned }: Versions, { charts: offered }: VersionFacts): Found[] {
  return Object.entries(pinned).map(([name, { version }]) => {
    const found = offered[name] ?? [];
    return { path: ['charts', name], ...compare(version, found, `its repository does not have ${version} any more.`) };
  });
}

function images({ images: pinned }: Versions, { buildImages }: VersionFacts): Found[] {
  const { version } = pinned.codebuild;
  const [name = '', tag = ''] = version.split(':');
  const tags = buildImages.flatMap((image) => (image.startsWith(`${name}:`) ? [image.slice(name.length + 1)] : []));
  return [{ path: ['images', 'codebuild'], ...compare(tag, tags, `CodeBuild does not maintain ${version} any more.`) }];
}

function tools({ tools: pinned }: Versions, { tools: latest }: VersionFacts): Found[] {
  return Object.entries(pinned).map(([name, { version }]) => {
    const found = [version, latest[name] ?? version];
    return { path: ['tools', name], ...compare(version, found, '') };
  });
}

/** Pre-releases are not offered. */
function compare(version: string, offered: readonly string[], gone: string): Pick<Found, 'exists' | 'note'> {
  if (!offered.includes(version)) return { exists: false, note: gone };
  const newest = offered.filter((other) => !other.includes('-')).reduce((a, b) => (isNewer(b, a) ? b : a), version);
  return { exists: true, ...(newest === version ? {} : { note: `newer: ${newest}.` }) };
}

/** Compares the numbers of versions such as `1.36`, `v3.19.2` or `4.4.0`. */
function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.match(/\d+/g)?.map(Number) ?? []);
  for (let place = 0; place < Math.max(left?.length ?? 0, right?.length ?? 0); place += 1) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Sets a text and leaves quotes and comments as they are. */
function set(document: Document, path: readonly string[], value: string): void {
  const node: unknown = document.getIn(path, true);
  if (typeof node === 'object' && node !== null && 'value' in node) node.value = value;
  else document.setIn(path, value);
}
