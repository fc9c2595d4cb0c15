import { jupyterhubChartData, mergeValues } from '@opensarlab/sandbox';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { hubValues } from '../../actions/lib/stacks/hub-values.ts';
import { readVersions } from '../../actions/lib/stacks/versions.ts';
import { deploymentOf, exampleText, repositoryText, variantText } from '../fixtures/example-deployment.ts';

/** The schema and defaults of the chart itself, without its prose; Helm refuses what the schema refuses. */
const { data: chart, violations } = jupyterhubChartData();

const common = load(repositoryText('cluster/jupyterhub/values.yaml')) as Record<string, unknown>;

/** As `install-values.mjs` prints them. */
const installation = {
  custom: { oauth: { client_id: 'a', client_secret: 'b', domain: 'https://c', issuer: 'https://d', url: 'https://e' } },
  hub: { image: { tag: '0123456' } },
  singleuser: { extraFiles: { 'hooks-a-sh': { mountPath: '/etc/a.sh', mode: 0o755, stringData: 'true\n' } } },
};

describe('the chart’s schema', () => {
  test.each([
    ['the example', exampleText],
    ['the variant', variantText],
    ['the deployment of the real hub', repositoryText('test/hub/real/opensarlab.yaml')],
  ])('accepts the values of %s', (_, text) => {
    const layers = [chart.defaults, common, hubValues(deploymentOf(text)), installation];
    expect(violations(layers.reduce(mergeValues, {}))).toEqual([]);
  });

  test('refuses what it does not know, so that the above says something', () => {
    const values = [chart.defaults, common, { singleuser: { profiles: [] } }].reduce(mergeValues, {});
    expect(violations(values)).toEqual(["at '/singleuser': additional properties 'profiles' not allowed"]);
  });
});

describe('the hub that is tested', () => {
  const requirements = repositoryText('test/hub/real/requirements.txt');
  const pinned = (name: string) => new RegExp(`^${name}==(\\S+)`, 'm').exec(requirements)?.[1];

  test('is the one of the pinned chart', () => {
    const versions = readVersions(repositoryText('cluster/versions.yaml'));
    expect(chart.version).toBe(versions.charts.jupyterhub.version);
    expect(versions.images.hub.version).toBe(`quay.io/jupyterhub/k8s-hub:${chart.version}`);
    expect(pinned('jupyterhub')).toBe(chart.appVersion);
  });

  test('has the chart’s proxy', () => {
    const proxy = JSON.parse(repositoryText('test/hub/real/proxy/package.json')) as { dependencies: object };
    const { proxy: values } = chart.defaults as { proxy: { chp: { image: { tag: string } } } };
    expect(proxy.dependencies).toEqual({ 'configurable-http-proxy': values.chp.image.tag });
  });

  test('is what the requirements ask for', () => {
    const wanted = repositoryText('test/hub/real/requirements.in').matchAll(/^([a-z-]+)==(\S+)$/gm);
    const pairs = [...wanted].map(([, name, version]) => [name, version]);
    expect(pairs.length).toBeGreaterThan(8);
    expect(pairs.map(([name]) => [name, pinned(name ?? '')])).toEqual(pairs);
  });
});
