import { type ClusterFixture, hubValues, installHub, openHubCluster } from '@opensarlab/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { hubValues as renderedValues } from '../../actions/lib/stacks/hub-values.ts';
import { renderOverlay } from '../../actions/lib/stacks/render.ts';
import { catalogueSources, deploymentOf, exampleText, exampleWith } from '../fixtures/example-deployment.ts';

const declared = exampleWith(
  ['# service_account: archive-reader', 'service_account: archive-reader'],
  [
    '# service_accounts:',
    'service_accounts: [{name: archive-reader, permissions: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}]',
  ],
);

let cluster: ClusterFixture;

beforeAll(async () => {
  cluster = await openHubCluster();
});
afterAll(() => cluster.close());

/** What `install.sh` does with the rendered files, before and behind the chart. */
async function install(text: string): Promise<void> {
  const deployment = deploymentOf(text);
  const { versions, ...sources } = catalogueSources();
  const stacks = stacksOf(deployment, { ...sources, versions });
  const { cluster: files } = renderOverlay(deployment, { stacks, declaration: text, versions });
  const content = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
  const objects = cluster.file('service-accounts.yaml', content('opensarlab/service-accounts.yaml'));
  expect(await cluster.kubectl('apply', '--filename', objects)).toMatchObject({ status: 0 });
  const { custom } = renderedValues(deployment) as { custom: { profiles: unknown[] } };
  const values = hubValues({ custom, singleuser: { profileList: [] } });
  expect(await installHub(cluster, values)).toMatchObject({ status: 0 });
  const selector = content('opensarlab/undeclared-service-accounts.selector').trim();
  const removal = ['delete', 'serviceaccounts', '--ignore-not-found', '--selector', selector];
  expect(await cluster.kubectl('--namespace', 'jupyter', ...removal)).toMatchObject({ status: 0 });
}

async function serviceAccounts(): Promise<string[]> {
  const { stdout } = await cluster.kubectl('-n', 'jupyter', 'get', 'serviceaccounts', '-o', 'name');
  return stdout.trim().split('\n').sort();
}

it('service accounts come with the installation and go with the declaration', { timeout: 20_000 }, async () => {
  await install(declared);
  expect(await serviceAccounts()).toEqual(['serviceaccount/archive-reader', 'serviceaccount/hub']);
  const { stdout } = await cluster.kubectl('-n', 'jupyter', 'get', 'networkpolicy', 'pod-identity-agent', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    spec: { egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ port: 80 }] }] },
  });
  await install(declared);
  expect(await serviceAccounts()).toContain('serviceaccount/archive-reader');
  await install(exampleText);
  expect(await serviceAccounts()).toEqual(['serviceaccount/hub']);
});
