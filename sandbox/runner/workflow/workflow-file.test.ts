import { describe, expect, it } from 'vitest';
import { parseWorkflowFile } from './workflow-file.ts';

const steps = 'steps:\n      - run: echo hi';
const parse = (text: string) => parseWorkflowFile('.github/workflows/a.yml', text);
const issues = (text: string): string[] => {
  const file = parse(text);
  return file.kind === 'invalid' ? file.issues.map(({ message }) => message) : [];
};
const job = (settings: string): string =>
  `on: push\njobs:\n  a:\n    ${settings}\n    runs-on: ubuntu-latest\n    ${steps}\n`;

describe('parseWorkflowFile', () => {
  it('reads name, triggers, jobs and conditions with their implied success()', () => {
    const file = parse(
      `name: Deploy\non:\n  push:\n    branches: [main]\n    paths: &paths ['a/**']\n  pull_request: {paths: *paths}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    if: github.ref == 'x'\n    ${steps}\n  two:\n    needs: [one]\n    if: always()\n    runs-on: ubuntu-latest\n    ${steps}\n`,
    );
    expect(file).toMatchObject({
      kind: 'workflow',
      workflow: {
        name: 'Deploy',
        triggers: { push: { branches: ['main'], paths: ['a/**'] }, pull_request: { paths: ['a/**'] } },
        jobs: [
          { id: 'one', needs: [], condition: "success() && (github.ref == 'x')", steps: [{ contextName: '__run' }] },
          { id: 'two', needs: ['one'], condition: 'always()' },
        ],
      },
    });
  });

  it('names the line and column of what is wrong', () => {
    const file = parse('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stepz: []\n    steps: [{run: x}]\n');
    expect(file).toMatchObject({ kind: 'invalid', issues: [{ line: 5, column: 5 }] });
  });

  it.each([
    ['on: push\njobs: [', 'Flow sequence'],
    [job('if: secrets.X'), "Unrecognized named-value: 'secrets'"],
    [job(`env: {A: "$\{{ github.ref }"}`), 'expression is not closed'],
    [job('needs: b'), 'must contain at least one job with no dependencies'],
    [`${job('if: true')}  b:\n    needs: c\n    runs-on: x\n    ${steps}\n`, "depends on unknown job 'c'"],
    ['on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n', 'Required property is missing: steps'],
    [job('permissions: {contents: admin}'), "Unexpected value 'admin'"],
    [
      `on:\n  push: {branches: [a], branches-ignore: [b]}\njobs:\n  a:\n    runs-on: x\n    ${steps}\n`,
      'only define one of `branches`',
    ],
    [job('container: node:24'), 'does not support job containers'],
    [job('services: {db: {image: postgres}}'), 'does not support service containers'],
    ['on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n', 'does not support reusable workflows'],
  ])('refuses %j', (text, message) => {
    expect(issues(text).join('\n')).toContain(message);
  });

  it('keeps the triggers of a file it refuses, so that the run can be shown', () => {
    expect(parse(job('container: node:24'))).toMatchObject({ kind: 'invalid', triggers: { push: {} } });
  });
});
