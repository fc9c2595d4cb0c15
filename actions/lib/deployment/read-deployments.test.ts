import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { type DeploymentFolder, readDeployments } from './read-deployments.ts';

/** A valid folder of this name, with further replacements in its text. */
function folder(name: string, ...more: (readonly [string, string])[]) {
  const text = exampleWith(
    ['cost_tag_value: example', `cost_tag_value: ${name}`],
    ['https://example.', `https://${name}.`],
    ...more,
  ).replaceAll('image_tag: latest', 'image_tag: b1f4e84');
  return { name, file: `deployments/${name}/opensarlab.yaml`, text };
}

const example = { name: '_example', file: 'deployments/_example/opensarlab.yaml', text: exampleText };

/** Code, folder and the text that each finding points at. */
function found(...folders: DeploymentFolder[]): string[] {
  return readDeployments(folders).diagnostics.map(({ code, file, line, column }) => {
    const source = folders.find((one) => one.file === file)?.text ?? '';
    const word = /^[^\s,}\]]*/.exec((source.split('\n')[line - 1] ?? '').slice(column - 1))?.[0];
    return `${code} ${file.split('/')[1]} ${word}`;
  });
}

describe('several deployments', () => {
  test('are sorted, and drafts are read but not deployable', () => {
    const { results, diagnostics } = readDeployments([folder('beta'), example, folder('alpha')]);
    expect(diagnostics).toEqual([]);
    expect(results.map(({ name, deployable, deployment }) => [name, deployable, deployment?.name])).toEqual([
      ['_example', false, 'example'],
      ['alpha', true, 'alpha'],
      ['beta', true, 'beta'],
    ]);
  });

  test('a folder without a file and a broken one are reported; the others stay usable', () => {
    const { results, diagnostics } = readDeployments([
      { name: 'empty', file: 'deployments/empty/opensarlab.yaml' },
      { ...folder('broken'), text: 'a: [' },
      folder('good'),
    ]);
    expect(diagnostics.map(({ code, file }) => [code, file.split('/')[1]])).toEqual([
      ['OSL002', 'broken'],
      ['OSL005', 'empty'],
    ]);
    expect(results.filter(({ deployment }) => deployment !== undefined).map(({ name }) => name)).toEqual(['good']);
  });

  test.each([
    ['is a link', 'OSL026'],
    ['not a file', 'OSL026'],
    ['too large', 'OSL001'],
  ] as const)('a file that cannot be read (%s) is reported', (unreadable, code) => {
    const { results, diagnostics } = readDeployments([
      { name: 'x', file: 'deployments/x/opensarlab.yaml', unreadable },
    ]);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(results[0]?.deployment).toBeUndefined();
  });

  test('a shared address is blamed on the later one, at its line', () => {
    const second = folder('beta', ['https://beta.', 'https://alpha.']);
    expect(found(folder('alpha'), second)).toEqual(['OSL203 beta https://alpha.opensarlab.example.org']);
    const { results } = readDeployments([folder('alpha'), second]);
    expect(results.find(({ name }) => name === 'beta')?.deployment).toBeUndefined();
    expect(results.find(({ name }) => name === 'alpha')?.deployment).toBeDefined();
  });

  test('a copied folder is blamed, not the one it was copied from', () => {
    const copy = { ...folder('beta'), name: 'alpha', file: 'deployments/alpha/opensarlab.yaml' };
    expect(found(folder('beta'), copy)).toEqual([
      'OSL101 alpha beta',
      'OSL201 alpha beta',
      'OSL203 alpha https://beta.opensarlab.example.org',
    ]);
  });

  test('the same name in another account shares the Cognito domain', () => {
    const ses = ['ses:us-west-2:123456789012', 'ses:us-west-2:210987654321'] as const;
    const acm = ['acm:us-west-2:123456789012', 'acm:us-west-2:210987654321'] as const;
    const other = folder('beta', ['"123456789012"', '"210987654321"'], ses, acm, ['//beta.', '//other.']);
    const copy = { ...other, name: 'alpha', file: 'deployments/alpha/opensarlab.yaml' };
    expect(found(folder('beta'), copy)).toEqual(['OSL101 alpha beta', 'OSL201 alpha beta', 'OSL205 alpha beta']);
  });

  test('a shared namespace', () => {
    const second = folder('beta', [
      'cost_tag_value: beta',
      'cost_tag_value: beta\n  container_namespace: alpha-container',
    ]);
    expect(found(folder('alpha'), second)).toEqual(['OSL105 beta alpha-container', 'OSL202 beta alpha-container']);
  });

  test('a name that is another’s with the ending of a stack', () => {
    expect(found(folder('lab-cluster'), folder('lab'))).toEqual([
      'OSL103 lab-cluster lab-cluster',
      'OSL204 lab-cluster lab-cluster',
    ]);
    expect(found(folder('lab-cluster-pipeline'), folder('lab'))).toEqual([
      'OSL103 lab-cluster-pipeline lab-cluster-pipeline',
      'OSL204 lab-cluster-pipeline lab-cluster-pipeline',
    ]);
  });

  test('files with other mistakes are compared too', () => {
    const second = folder('beta', ['https://beta.', 'https://alpha.'], ['sign_up: closed', 'sign_up: shut']);
    expect(found(folder('alpha'), second)).toEqual([
      'OSL203 beta https://alpha.opensarlab.example.org',
      'OSL015 beta shut',
    ]);
  });

  test('the other is named by its folder, also when it has no name', () => {
    const nameless = folder('alpha', ['cost_tag_value: alpha', 'cost_tag_value: Alpha']);
    const { diagnostics } = readDeployments([nameless, folder('beta', ['https://beta.', 'https://alpha.'])]);
    expect(diagnostics.find(({ code }) => code === 'OSL203')?.message).toBe(
      'deployments/alpha has the address "https://alpha.opensarlab.example.org" already.',
    );
  });

  test('names that begin alike do not collide', () => {
    expect(found(folder('sar'), folder('sar-test'))).toEqual([]);
  });

  test('each is compared with its own base', () => {
    const base = folder('alpha', ['az_suffix: a', 'az_suffix: b']).text;
    expect(found({ ...folder('alpha'), base }, folder('beta'))).toEqual(['OSL304 alpha a']);
  });

  test('a thousand are read and compared', () => {
    const folders = Array.from({ length: 1000 }, (_, index) => folder(`lab${index}`));
    const { results, diagnostics } = readDeployments(folders);
    expect(diagnostics).toEqual([]);
    expect(results).toHaveLength(1000);
  });

  test('a thousand that all collide are compared within bounds', () => {
    const folders = Array.from({ length: 1000 }, (_, index) => ({
      ...folder('same'),
      name: `lab${index}`,
      file: `f/${index}/x`,
    }));
    const { diagnostics } = readDeployments(folders);
    expect(diagnostics.filter(({ code }) => code === 'OSL201')).toHaveLength(999);
  });
});
