import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeployments } from '../../deployment/read-deployments.ts';
import { openWorkspace } from './workspace.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'workspace-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function declare(name: string, text: string): Promise<void> {
  await mkdir(join(root, 'deployments', name), { recursive: true });
  await writeFile(join(root, 'deployments', name, 'opensarlab.yaml'), text);
}

describe('openWorkspace', () => {
  it('reads declarations with the images and hooks they can use', async () => {
    await declare('sar', 'a: 1');
    await mkdir(join(root, 'images', 'helloworld'), { recursive: true });
    await mkdir(join(root, 'deployments/sar/container/images/own'), { recursive: true });
    const [folder] = await (await openWorkspace(root)).deploymentFolders();
    expect(folder).toMatchObject({ name: 'sar', text: 'a: 1', images: ['helloworld', 'own'], hooks: [] });
  });

  it.each([
    ['a link out of the checkout', (file: string) => symlink('/etc/hostname', file)],
    ['a link to itself', (file: string) => symlink('opensarlab.yaml', file)],
    ['a link to nothing', (file: string) => symlink('nothing', file)],
    ['a folder', (file: string) => mkdir(file)],
    ['too large', (file: string) => writeFile(file, 'x'.repeat(256 * 1024 + 1))],
  ])('turns a declaration that is %s into a finding, and reads the others', async (_, make) => {
    await declare('good', 'a: 1');
    await mkdir(join(root, 'deployments', 'bad'), { recursive: true });
    await make(join(root, 'deployments', 'bad', 'opensarlab.yaml'));
    const folders = await (await openWorkspace(root)).deploymentFolders();
    expect(folders.find(({ name }) => name === 'good')?.text).toBe('a: 1');
    expect(folders.find(({ name }) => name === 'bad')?.unreadable).toBeDefined();
    const { diagnostics } = readDeployments(folders.filter(({ name }) => name === 'bad'));
    expect(diagnostics).toMatchObject([{ severity: 'error', file: 'deployments/bad/opensarlab.yaml' }]);
  });

  it.each([
    ['elsewhere', tmpdir()],
    ['to a neighbour', 'good'],
    ['to itself', 'bad'],
    ['to nothing', 'nobody'],
  ])('does not take a folder for removed that has become a link %s', async (_, target) => {
    await declare('good', 'a: 1');
    await symlink(target, join(root, 'deployments', 'bad'));
    const folders = await (await openWorkspace(root)).deploymentFolders();
    expect(folders.map(({ name }) => name)).toEqual(['bad', 'good']);
    const { diagnostics } = readDeployments(folders.filter(({ name }) => name === 'bad'));
    expect(diagnostics).toMatchObject([{ code: 'OSL026', severity: 'error', file: 'deployments/bad' }]);
  });

  it('finds declarations that lie beside the folders, and nothing else there', async () => {
    await declare('good', 'a: 1');
    for (const name of ['lab.yaml', 'other.yml', 'README.md', '.hidden.yaml', '_notes.yaml'])
      await writeFile(join(root, 'deployments', name), 'a: 1');
    await symlink('README.md', join(root, 'deployments', 'LIESMICH.md'));
    const folders = await (await openWorkspace(root)).deploymentFolders();
    const { diagnostics } = readDeployments(folders.filter(({ name }) => name !== 'good'));
    expect(diagnostics.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'OSL030 deployments/lab.yaml',
      'OSL030 deployments/other.yml',
    ]);
  });

  it('takes a folder of images that leads in circles for an empty one', async () => {
    await declare('good', 'a: 1');
    await symlink('images', join(root, 'images'));
    const [folder] = await (await openWorkspace(root)).deploymentFolders();
    expect(folder?.images).toEqual([]);
  });

  it('names a template that is missing', async () => {
    const workspace = await openWorkspace(root);
    await expect(workspace.templates()).rejects.toMatchObject({ code: 'FileMissing' });
  });
});
