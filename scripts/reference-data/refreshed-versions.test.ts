import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, startAws } from '@opensarlab/sandbox';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readVersions } from '../../actions/lib/stacks/versions.ts';
import { root } from '../setup/install.mjs';
import { refreshVersions } from './refreshed-versions.ts';
import { gatherVersionFacts, type VersionFacts } from './version-facts.ts';

const committed = await readFile(join(root, 'cluster/versions.yaml'), 'utf8');
const pinned = readVersions(committed);

/** Everything is as it is pinned. */
const unchanged: VersionFacts = {
  clusters: [{ version: pinned.kubernetes.version, standard: true, endOfSupport: '2027-08-02' }],
  addons: Object.fromEntries(Object.keys(pinned.addons).map((name) => [name, ['v1.0.0']])),
  charts: Object.fromEntries(Object.entries(pinned.charts).map(([name, { version }]) => [name, [version]])),
  buildImages: [pinned.images.codebuild.version],
  tools: { helm: pinned.tools.helm.version },
};

describe('refreshVersions', () => {
  it('changes only days, ends of support and where they were read', () => {
    const { text, notes, broken } = refreshVersions(committed, unchanged, '2027-01-15');
    const days = /(checked: ")[\d-]+/g;
    const without = (file: string): string[] =>
      file.split('\n').map((line) => (/^ {2}(source|end_of_support):/.test(line) ? '' : line.replace(days, '$1')));
    expect(without(text)).toEqual(without(committed));
    expect(readVersions(text).kubernetes).toMatchObject({ checked: '2027-01-15', end_of_support: '2027-08-02' });
    expect(readVersions(text).charts.jupyterhub.checked).toBe('2027-01-15');
    expect({ notes, broken }).toEqual({ notes: [], broken: false });
    expect(refreshVersions(text, unchanged, '2027-01-15').text).toBe(text);
  });

  it('leaves the day of what it did not look at', () => {
    const { text } = refreshVersions(committed, unchanged, '2027-01-15');
    expect(readVersions(text).images.hub.checked).toBe(pinned.images.hub.checked);
  });

  it('names newer versions, and takes none by itself', () => {
    const { text, notes } = refreshVersions(
      committed,
      {
        ...unchanged,
        clusters: [
          { version: '1.99', standard: true, endOfSupport: '2030-01-01' },
          { version: '1.9', standard: true, endOfSupport: '2019-01-01' },
          ...unchanged.clusters,
        ],
        charts: { ...unchanged.charts, jupyterhub: ['99.0.0-beta.1', '98.0.0', pinned.charts.jupyterhub.version] },
        tools: { helm: 'v99.0.0' },
      },
      '2027-01-15',
    );
    expect(notes).toEqual([
      'kubernetes: newer: 1.99.',
      'charts.jupyterhub: newer: 98.0.0.',
      'tools.helm: newer: v99.0.0.',
    ]);
    expect(readVersions(text).kubernetes.version).toBe(pinned.kubernetes.version);
  });

  it('says what is gone and does not pretend to have checked it', () => {
    const { text, notes, broken } = refreshVersions(
      committed,
      { ...unchanged, clusters: [], addons: { ...unchanged.addons, coredns: [] } },
      '2027-01-15',
    );
    expect(broken).toBe(true);
    expect(notes).toEqual([
      `kubernetes: EKS does not have ${pinned.kubernetes.version} any more.`,
      `addons.coredns: EKS does not have it for Kubernetes ${pinned.kubernetes.version}.`,
    ]);
    expect(readVersions(text).kubernetes).toEqual(pinned.kubernetes);
  });
});

describe('gatherVersionFacts', () => {
  it('reads what EKS, chart repositories and GitHub answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opensarlab-versions-'));
    const aws = await startAws({ accountId: '123456789012', clock: createVirtualClock(1), folder });
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await aws.close();
      await rm(folder, { recursive: true, force: true });
    });
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', aws.administrator.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.administrator.secretAccessKey);
    const facts = await gatherVersionFacts(pinned, 'us-west-2', {
      buildImages: async () => ['aws/codebuild/standard:8.0'],
      async fetchText(url) {
        if (url.includes('api.github.com')) return '{"tag_name": "v3.19.2"}';
        return `entries: {${url.includes('jupyter') ? 'jupyterhub' : 'cluster-autoscaler'}: [{version: 1.2.3}]}`;
      },
    });
    expect(facts.clusters.map(({ version }) => version)).toContain('1.36');
    expect(facts.clusters.every(({ endOfSupport }) => /^\d{4}-\d\d-\d\d$/.test(endOfSupport))).toBe(true);
    expect(Object.keys(facts.addons)).toContain('vpc-cni');
    expect(facts.tools).toEqual({ helm: 'v3.19.2' });
    expect(facts.charts).toEqual({ jupyterhub: ['1.2.3'], 'cluster-autoscaler': ['1.2.3'] });
  });
});
