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

  it('flags tags of the old registry, and images whose folders could not be built', async () => {
    await checkout.write('images/sar/Dockerfile', 'FROM a\n');
    const old = repositoryText('test/fixtures/upstream/opensarlab-2022.yaml');
    await checkout.write('old/opensarlab.yaml', old.replace(/image_tag: \S+/, "image_tag: 'b1f4e84'"));
    const run = await checkout.run(['migrate', file]);
    expect(run.err).toContain('"b1f4e84" is "latest" now');
    expect(run.err).toContain('error OSL035');
    expect(run.code).toBe(1);
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
    expect(run.err).toMatch(/Read as upstream's of 20(?:22|24), the file/);
    expect((await checkout.run(['migrate', old, '--admin-email', 'jdoe@example.org', '--out', out])).code).toBe(0);
    expect((await checkout.run(['validate', 'radar'])).code).toBe(0);
  });

  it('asks the person at the terminal for it instead', async () => {
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return 'jdoe@example.org';
    };
    const run = await checkout.run(['migrate', join(checkout.folder, 'old/opensciencelab.yaml')], { ask });
    expect(asked).toEqual(['The file does not say it. E-mail address of the administrator: ']);
    expect(run.code).toBe(0);
    expect(run.out).toContain('  admin_email_address: jdoe@example.org\n');
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

  it('makes the folder of the new file', async () => {
    const fresh = join(checkout.folder, 'deployments/radar-2/opensarlab.yaml');
    const options = ['--name', 'radar-2', '--url', 'https://radar-2.example.org'];
    expect((await checkout.run(['migrate', file, '--out', fresh, ...options])).code).toBe(0);
    expect((await checkout.run(['validate', 'radar-2'])).code).toBe(0);
  });

  it('says when the new file cannot be written', async () => {
    const run = await checkout.run(['migrate', file, '--out', join(file, 'below/a/file.yaml')]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/^error: .*file\.yaml cannot be written: /);
  });

  it('holds the new file against the deployments that are there', async () => {
    await checkout.run(['migrate', file, '--out', out]);
    const run = await checkout.run(['migrate', file, '--name', 'radar-2']);
    expect(run.code).toBe(1);
    expect(run.err).toContain('error OSL203: ');
    expect(run.err).toContain('The new file has 1 error, shown above: correct them before it is used.');
  });

  it('hands no control characters of a comment to the terminal', async () => {
    const text = repositoryText('test/fixtures/upstream/opensarlab-2022.yaml');
    await checkout.write('old/opensarlab.yaml', `# \u001b[2J\u202e hidden\n${text}`);
    const run = await checkout.run(['migrate', file]);
    expect(run.code).toBe(0);
    expect(run.out).toContain('# ?[2J? hidden\n');
    expect(run.out + run.err).not.toContain('\u001b');
  });

  it.each<[string, string | Uint8Array, number, string]>([
    ['a text that is no UTF-8', Buffer.from('parameters:\n  a: K\xf6ln\n', 'latin1'), 2, 'is not a text in UTF-8.'],
    ['a very large file', 'a'.repeat(2 ** 20 + 1), 2, 'has more than 1048576 bytes'],
    ['a large text', `# ${'a'.repeat(2 ** 18)}`, 1, 'it has more than 262144 characters.'],
    ['several documents', 'parameters: {}\n---\nnodes: []\n', 1, 'it has more than one document.'],
    ['a tab', 'parameters:\n\ta: 1\n', 1, 'line 2: Tabs are not allowed as indentation.'],
    ['an alias of nothing', 'parameters: {a: *x}\nnodes: []\n', 1, 'line 1: there is no anchor x.'],
    ['an alias bomb', bomb(), 1, 'its aliases make it too large.'],
    ['a text of another kind', 'hello\n', 1, 'This is no file that configured one of upstream’s deployments.'],
    ['nothing', '', 1, 'This is no file that configured one of upstream’s deployments.'],
  ])('refuses %s in one sentence', async (_, content, code, message) => {
    await checkout.write('old/opensarlab.yaml', content);
    const run = await checkout.run(['migrate', file, '--admin-email', 'a@example.org']);
    expect(run.err).toContain(message);
    expect(run).toMatchObject({ code, out: '' });
  });

  it.each([
    [['migrate', '/nowhere/opensarlab.yaml'], 2, 'cannot be read: there is no such file.'],
    [['migrate', 'deployments'], 2, 'cannot be read: it is a folder.'],
    [['migrate', '/dev/zero'], 2, 'has more than 1048576 bytes'],
    [['migrate', 'deployments/_example/opensarlab.yaml'], 1, 'is one of this repository already'],
    [['migrate', 'test/fixtures/upstream/opensarlab-2022.yaml', '--name', '../../x'], 2, 'cannot be the name'],
  ])('%j', async (argv, code, message) => {
    const run = await checkout.run(argv);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toContain(message);
  });
});

/** Ten levels of ten aliases each: 10^10 texts. */
function bomb(): string {
  const levels = Array.from({ length: 10 }, (_, level) => {
    const below = level === 0 ? '"x"' : `*a${level - 1}`;
    return `  b${level}: &a${level} [${Array.from({ length: 10 }, () => below).join(', ')}]\n`;
  });
  const account = '  - {name: a, namespace: jupyter, permissions: *a9}\n';
  return `parameters:\n${levels.join('')}nodes: []\nprofiles: []\nservice_accounts:\n${account}`;
}
