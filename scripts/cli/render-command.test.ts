import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stackKinds } from '../../actions/lib/stacks/stack.ts';
import { readTemplate } from '../../actions/lib/stacks/template.ts';
import { exampleCheckout } from './test/example-checkout.ts';

/** Every file below a folder with its text, by path. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.sort().map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, index) => [file.slice(folder.length + 1), texts[index] ?? '']));
}

describe('opensarlab render', () => {
  it('writes templates, parameters, tags, Helm values and overlays', async () => {
    const checkout = await exampleCheckout();
    const folder = join(checkout.folder, 'rendered');
    const { code, err } = await checkout.run('render', 'sar', '--out', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const files = await contents(folder);
    for (const kind of stackKinds) {
      expect(Object.keys(readTemplate(files[`stacks/sar-${kind}.yaml`] ?? '', kind).Resources)).not.toEqual([]);
    }
    const parameters: unknown = JSON.parse(files['stacks/sar-jupyterhub.parameters.json'] ?? '');
    expect(parameters).toContainEqual({
      ParameterKey: 'UserPoolId',
      ParameterValue: '<output UserPoolId of stack sar-cognito>',
    });
    expect(JSON.parse(files['stacks/sar-cluster.tags.json'] ?? '')).toEqual([
      { Key: 'osl-billing', Value: 'sar' },
      { Key: 'opensarlab:deployment', Value: 'sar' },
    ]);
    expect(files['helm/jupyterhub.yaml']).toContain('display_name: SAR 1');
    expect(files['repositories/sar-container/images/images.txt']).toBe('helloworld\nsar\n');
    expect(JSON.parse(files['repositories/sar-cluster.json'] ?? '')).toHaveProperty('upstream.ref');
  });

  it('says by hand in an order in which each stack finds what it needs', async () => {
    const checkout = await exampleCheckout();
    const folder = join(checkout.folder, 'rendered');
    await checkout.run('render', 'sar', '--out', folder);
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    const place = (stack: string): number => readme.indexOf(`. ${stack}\n`);
    expect(place('sar-cluster')).toBeLessThan(place('sar-jupyterhub'));
    expect(place('sar-cognito')).toBeLessThan(place('sar-jupyterhub'));
    expect(place('sar-jupyterhub')).toBeLessThan(place('sar-cluster-pipeline'));
    expect(readme).toContain('After sar-cluster, sar-cognito.');
  });

  it('gives the same bytes again and leaves nothing of an earlier run', async () => {
    const checkout = await exampleCheckout();
    const [first, second] = [join(checkout.folder, 'first'), join(checkout.folder, 'second')];
    await checkout.run('render', 'sar', '--out', first);
    await checkout.run('render', 'sar', '--out', second);
    await writeFile(join(second, 'stacks', 'old.yaml'), '');
    await checkout.run('render', 'sar', '--out', second);
    expect(await contents(second)).toEqual(await contents(first));
  });

  it('touches no folder with other things in it', async () => {
    const checkout = await exampleCheckout();
    const { code, err } = await checkout.run('render', 'sar', '--out', join(checkout.folder, 'images'));
    expect(code).toBe(1);
    expect(err).toContain('holds something else; nothing was written');
    expect(await readdir(join(checkout.folder, 'images'))).toContain('helloworld');
  });

  it('asks where to write', async () => {
    const { code, err } = await (await exampleCheckout()).run('render', 'sar');
    expect(code).toBe(2);
    expect(err).toContain('--out DIR');
  });
});
