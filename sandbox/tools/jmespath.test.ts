import { describe, expect, it } from 'vitest';
import { compileJmesPath } from './jmespath.ts';

const STACKS = {
  Stacks: [
    {
      StackName: 'sar-cluster',
      Outputs: [
        { OutputKey: 'Url', OutputValue: 'https://lab' },
        { OutputKey: 'UrlOfDocs', OutputValue: 'https://docs' },
      ],
      'odd-name': 1,
    },
    { StackName: 'sar-cognito', Outputs: [] },
  ],
};

it.each([
  ['SecretString', null],
  ['Stacks[0].StackName', 'sar-cluster'],
  ['Stacks[-1].StackName', 'sar-cognito'],
  ['Stacks[].StackName', ['sar-cluster', 'sar-cognito']],
  ['Stacks[*].Missing', []],
  ["Stacks[0].Outputs[?OutputKey=='Url'].OutputValue", ['https://lab']],
  ["Stacks[0].Outputs[?OutputKey=='Url'].OutputValue | [0]", 'https://lab'],
  ["Stacks[0].Outputs[?OutputKey!='Url'].OutputValue | [0]", 'https://docs'],
  ['Stacks[].Outputs[].OutputKey', ['Url', 'UrlOfDocs']],
  ['Stacks[0]."odd-name"', 1],
  [
    'Stacks[].[StackName, Missing]',
    [
      ['sar-cluster', null],
      ['sar-cognito', null],
    ],
  ],
  ['Stacks[9].StackName.x', null],
])('%s', (expression, expected) => {
  expect(compileJmesPath(expression)(STACKS)).toEqual(expected);
});

describe('what is not known is refused', () => {
  it.each(['length(Stacks)', 'Stacks[0', '{a: b}', 'Stacks[?a > `1`]', 'a..b', '', 'a b'])('%s', (expression) => {
    expect(() => compileJmesPath(expression)).toThrow(/Bad value for --query/);
  });
});
