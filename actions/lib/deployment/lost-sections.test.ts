import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { readDeployment } from './read-deployment.ts';

function found(text: string): string[] {
  const { diagnostics } = readDeployment({ file: 'f', text, name: '_example' });
  return diagnostics.map(({ code, line, message }) => `${code} ${text.split('\n')[line - 1]?.trim()} | ${message}`);
}

describe('a section whose own line is missing is one finding, where its content begins', () => {
  test('after a group of fields', () => {
    expect(found(exampleWith(['parameters:\n', '']))).toEqual([
      'OSL010 cost_tag_key: osl-billing          # key of the cost allocation tag, the same for all your deployments | What starts here belongs to the section parameters, but there is no line parameters: before it.',
    ]);
  });

  test('after a list', () => {
    expect(found(exampleWith(['profiles:\n', '']))).toEqual([
      'OSL010 - name: Hello World | What starts here belongs to the section profiles, but there is no line profiles: before it.',
    ]);
  });

  test('also when it need not be there', () => {
    expect(found(exampleWith(['groups:\n', '']))).toEqual([
      'OSL010 - name: Hello_World | What starts here belongs to the section groups, but there is no line groups: before it.',
    ]);
  });
});

test('a single field in the wrong section is not a lost section', () => {
  const text = exampleWith(
    ['  az_suffix: a ', '  # az_suffix: a '],
    ['  region: us-west-2', '  az_suffix: a\n  region: us-west-2'],
  );
  expect(readDeployment({ file: 'f', text, name: '_example' }).diagnostics).toMatchObject([
    { code: 'OSL011', hint: 'Move it to the section parameters.' },
  ]);
});

test('a misspelt section is only that', () => {
  expect(found(exampleWith(['profiles:\n', 'profile:\n']))).toHaveLength(1);
  expect(found(exampleText)).toEqual([]);
});
