import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { readDeployments } from './read-deployments.ts';

/** A valid folder of this name, with further replacements in its text. */
function folder(name: string, ...more: (readonly [string, string])[]) {
  const text = exampleWith(
    ['cost_tag_value: example', `cost_tag_value: ${name}`],
    ['https://example.', `https://${name}.`],
    ...more,
  );
  return { name, file: `deployments/${name}/opensarlab.yaml`, text };
}

const example = { name: '_example', file: 'deployments/_example/opensarlab.yaml', text: exampleText };

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

  test('a shared address is blamed on the later one, at its line', () => {
    const second = folder('beta', ['https://beta.', 'https://alpha.']);
    const { results, diagnostics } = readDeployments([folder('alpha'), second]);
    const line = second.text.split('\n').findIndex((text) => text.includes('deployment_url: https')) + 1;
    expect(diagnostics.map(({ code, file, line: at }) => [code, file, at])).toEqual([['OSL203', second.file, line]]);
    expect(results.find(({ name }) => name === 'beta')?.deployment).toBeUndefined();
    expect(results.find(({ name }) => name === 'alpha')?.deployment).toBeDefined();
  });

  test('names that begin alike do not collide', () => {
    expect(readDeployments([folder('sar'), folder('sar-test')]).diagnostics).toEqual([]);
  });

  test('a thousand are read and compared in a few seconds', () => {
    const folders = Array.from({ length: 1000 }, (_, index) => folder(`lab${index}`));
    const { results, diagnostics } = readDeployments(folders);
    expect(diagnostics).toEqual([]);
    expect(results).toHaveLength(1000);
  });
});
