import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { catalogueSources, deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { stacksOf } from './catalogue.ts';
import { renderOverlay } from './render.ts';
import { readVersions } from './versions.ts';

function render(text: string) {
  const sources = catalogueSources();
  const deployment = deploymentOf(text);
  const stacks = stacksOf(deployment, sources);
  return renderOverlay(deployment, { stacks, declaration: text, versions: sources.versions });
}

function fileOf(text: string, path: string): string {
  const found = render(text).cluster.find((file) => file.path === path);
  if (found === undefined) throw new RangeError(path);
  return found.text;
}

describe('the rendered files', () => {
  test('are the same for the same input, sorted, and plain files', () => {
    const rendered = render(exampleText);
    expect(render(exampleText)).toEqual(rendered);
    expect(rendered.container).toEqual([{ path: 'images/images.txt', text: 'helloworld\nsar\n', mode: '100644' }]);
    expect(rendered.cluster.map(({ path }) => path)).toEqual([
      'opensarlab/autoscaler.yaml',
      'opensarlab/opensarlab.yaml',
      'opensarlab/smoke-test.json',
      ...['cluster', 'cluster-pipeline', 'cognito', 'container', 'jupyterhub']
        .flatMap((kind) => [
          `opensarlab/stacks/example-${kind}.parameters.yaml`,
          `opensarlab/stacks/example-${kind}.yaml`,
        ])
        .sort(),
      'opensarlab/values.yaml',
      'opensarlab/versions.env',
    ]);
  });

  test('carry the declaration and the final templates as they are', () => {
    expect(fileOf(exampleText, 'opensarlab/opensarlab.yaml')).toBe(exampleText);
    const [container] = stacksOf(deploymentOf(exampleText), catalogueSources());
    expect(fileOf(exampleText, 'opensarlab/stacks/example-container.yaml')).toBe(container?.templateBody);
  });

  test('the hub’s values are reviewed as a whole', () => {
    expect(fileOf(exampleText, 'opensarlab/values.yaml')).toMatchSnapshot();
  });

  test('the smoke test covers every profile', () => {
    expect(JSON.parse(fileOf(exampleText, 'opensarlab/smoke-test.json'))).toEqual({
      user: 'opensarlab-smoke',
      profiles: ['hello-world', 'sar-1'],
    });
  });

  test('versions are shell variables', () => {
    expect(fileOf(exampleText, 'opensarlab/versions.env')).toContain("JUPYTERHUB_CHART_VERSION='4.4.0'\n");
  });
});

describe('profiles for the hub', () => {
  const profile = (...replacements: (readonly [string, string])[]): unknown => {
    const values = load(fileOf(exampleWith(...replacements), 'opensarlab/values.yaml'));
    return (values as { custom: { profiles: unknown[] } }).custom.profiles[1];
  };

  test('have a slug from their name alone, so that it stays when others come and go', () => {
    expect(profile()).toMatchObject({ slug: 'sar-1', group: 'SAR_1' });
    expect(profile(['name: Hello World', 'name: Other'], ['name: Hello_World', 'name: Other'])).toMatchObject({
      slug: 'sar-1',
    });
  });

  test.each([
    ['desktop: true', { default_url: '/desktop' }],
    ['classic: true', { default_url: '/nbclassic/tree' }],
    ['delete_user_volumes: true', { delete_pvc: true }],
  ])('%s', (line, expected) => {
    const override = profile(['hook_script: sar.sh', `hook_script: sar.sh\n    ${line}`]);
    expect(override).toMatchObject({ kubespawner_override: expected });
  });

  test('limits that are not declared are left to the chart', () => {
    const without = profile(['    cpu_limit: 8\n', ''], ['    hook_script: sar.sh\n', '']) as Record<string, object>;
    expect(without.kubespawner_override).not.toHaveProperty('cpu_limit');
    expect(without.kubespawner_override).not.toHaveProperty('lifecycle_hooks');
  });
});

describe('versions', () => {
  test('without quotes are refused', () => {
    const text = catalogueSources().versions.replace('version: "1.36"', 'version: 1.30');
    expect(() => readVersions(text)).toThrow('versions.yaml has no text at kubernetes.version.');
  });

  test('an add-on can be pinned', () => {
    const sources = catalogueSources();
    const versions = sources.versions.replace('coredns: {version: default', 'coredns: {version: v1.13.2-eksbuild.1');
    const [, cluster] = stacksOf(deploymentOf(exampleText), { ...sources, versions });
    expect(cluster?.templateBody).toContain('AddonVersion: v1.13.2-eksbuild.1');
  });
});
