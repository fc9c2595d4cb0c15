import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryText } from '../../test/fixtures/example-deployment.ts';
import { createCheckout, type TemporaryCheckout } from './test/temporary-checkout.ts';

let checkout: TemporaryCheckout;
let file: string;
let out: string;
beforeEach(async () => {
  checkout = await createCheckout();
  await checkout.write('old/opensarlab.yaml', repositoryText('test/fixtures/upstream/opensarlab-2022.yaml'));
  await checkout.write('old/opensciencelab.yaml', repositoryText('test/fixtures/upstream/opensciencelab-2024.yaml'));
  await checkout.write('deployments/radar/.gitkeep', '');
  file = join(checkout.folder, 'old/opensarlab.yaml');
  out = join(checkout.folder, 'deployments/radar/opensarlab.yaml');
});
afterEach(() => checkout.close());

describe('opensarlab migrate', () => {
  it('prints the new file, and beside it what became of the fields', async () => {
    const run = await checkout.run(['migrate', file]);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^# yaml-language-server: /);
    expect(run.err).toContain("Upstream's file of 2022 became the deployment radar.");
    expect(run.err).toMatch(/^Needs a decision:$/m);
    expect(run.err).toContain('Save it as deployments/radar/opensarlab.yaml.');
  });

  it('writes a file that validates', async () => {
    expect((await checkout.run(['migrate', file, '--out', out])).code).toBe(0);
    const validation = await checkout.run(['validate', 'radar']);
    expect(validation).toMatchObject({ code: 0 });
  });

  it('never overwrites', async () => {
    await checkout.write('deployments/radar/opensarlab.yaml', '# mine\n');
    const run = await checkout.run(['migrate', file, '--out', out]);
    expect(run.code).toBe(1);
    expect(run.err).toContain('exists already');
    expect(await readFile(out, 'utf8')).toBe('# mine\n');
  });

  it('asks by options for what the old file cannot say', async () => {
    const old = join(checkout.folder, 'old/opensciencelab.yaml');
    const run = await checkout.run(['migrate', old]);
    expect(run.code).toBe(2);
    expect(run.err).toContain('Give --admin-email.');
    expect((await checkout.run(['migrate', old, '--admin-email', 'jdoe@example.org', '--out', out])).code).toBe(0);
    expect((await checkout.run(['validate', 'radar'])).code).toBe(0);
  });

  it('shows what is still wrong and ends with 1', async () => {
    const text = repositoryText('test/fixtures/upstream/opensarlab-2022.yaml').replace(
      'image_name: sar',
      'image_name: insar',
    );
    await checkout.write('old/opensarlab.yaml', text);
    const run = await checkout.run(['migrate', file]);
    expect(run.code).toBe(1);
    expect(run.err).toContain('insar');
  });

  it.each([
    ['/nowhere/opensarlab.yaml', 2, 'cannot be read'],
    ['deployments/_example/opensarlab.yaml', 1, 'is one of this repository already'],
  ])('%s', async (path, code, message) => {
    const run = await checkout.run(['migrate', path]);
    expect(run.code).toBe(code);
    expect(run.err).toContain(message);
  });
});
