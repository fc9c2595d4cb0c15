import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AwsSandbox, createVirtualClock, startAws } from '@opensarlab/sandbox';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../setup/install.mjs';
import { markSchemasPure, shakeSchemas } from './shake-schemas.ts';

const source = `
export { CodeCommitClient, GetRepositoryCommand } from '@aws-sdk/client-codecommit';
export { DescribeChangeSetCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
`;

let folder: string;
let aws: AwsSandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shake-test-'));
  aws = await startAws({ accountId: '123456789012', clock: createVirtualClock(100), folder: join(folder, 'aws') });
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

async function bundle(name: string, plugins: (typeof shakeSchemas)[]): Promise<{ file: string; bytes: number }> {
  const file = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    plugins,
    logLevel: 'silent',
  });
  return { file, bytes: (await stat(file)).size };
}

describe('shakeSchemas', () => {
  it('makes bundles of clients much smaller, and their exceptions keep their names', async () => {
    const whole = await bundle('whole', []);
    const shaken = await bundle('shaken', [shakeSchemas]);
    expect(shaken.bytes).toBeLessThan(whole.bytes * 0.85);
    const settings = { region: 'us-west-2', endpoint: aws.url, credentials: aws.administrator };
    const clients = await import(pathToFileURL(shaken.file).href);
    const missing = new clients.GetRepositoryCommand({ repositoryName: 'none' });
    await expect(new clients.CodeCommitClient(settings).send(missing)).rejects.toMatchObject({
      name: 'RepositoryDoesNotExistException',
      message: 'none does not exist',
    });
    const unplanned = new clients.DescribeChangeSetCommand({ ChangeSetName: 'none', StackName: 'none' });
    await expect(new clients.CloudFormationClient(settings).send(unplanned)).rejects.toMatchObject({
      name: expect.stringMatching(/^(ChangeSetNotFoundException|ValidationError)$/),
    });
  });
});

describe('markSchemasPure', () => {
  it('wraps every exported array and nothing else', () => {
    const module = "const a = 'x';\nexport var A$ = [3, a,\n    [0]\n];\nvar B = [1];\nexport const c = () => [2];\n";
    const marked = markSchemasPure(module);
    expect(marked.match(/@__PURE__/g)).toHaveLength(2);
    expect(marked).toContain('export var A$ = /* @__PURE__ */ (() => [3, a,\n    [0]\n])();');
    expect(marked).toContain('export const c = () => [2];');
  });
});
