import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleWith } from '../fixtures/example-deployment.ts';
import { setWorkflowStage, type WorkflowStage } from '../fixtures/workflow-stage.ts';

const path = 'deployments/sar/opensarlab.yaml';
const declaration = exampleWith(['cost_tag_value: example', 'cost_tag_value: sar']);

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await setWorkflowStage('validate', 'gate.yml', { [path]: declaration });
});
afterAll(() => stage.close());

/** Proposes this text on a branch. @returns how the workflow ended and its annotations, as `code line` */
async function propose(branch: string, text: string): Promise<{ conclusion: string | undefined; errors: string[] }> {
  const { member, at } = stage;
  const { data: main } = await member.rest.git.getRef({ ...at, ref: 'heads/main' });
  await member.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const { data: file } = await member.rest.repos.getContent({ ...at, path });
  await member.rest.repos.createOrUpdateFileContents({
    ...at,
    path,
    branch,
    message: 'Change it',
    content: Buffer.from(text).toString('base64'),
    sha: 'sha' in file ? file.sha : '',
  });
  await member.rest.pulls.create({ ...at, title: 'Change it', head: branch, base: 'main' });
  const [run] = await stage.settle();
  const annotations = run?.jobs.flatMap(({ steps }) => steps.flatMap((step) => step.annotations)) ?? [];
  const errors = annotations.filter(({ level }) => level === 'error');
  return { conclusion: run?.conclusion, errors: errors.map(({ title, line }) => `${title} ${line}`) };
}

const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('the workflow gate', () => {
  it('annotates every mistake at its line, also what must not change since the base', async () => {
    const text = declaration.replace('az_suffix: a ', 'az_suffix: b ').replace('node_name: sar1', 'node_name: sar9');
    const { conclusion, errors } = await propose('mistakes', text);
    expect(conclusion).toBe('failure');
    expect(errors).toEqual(
      expect.arrayContaining([`OSL304 ${lineOf(text, 'az_suffix')}`, `OSL126 ${lineOf(text, 'node_name: sar9')}`]),
    );
  });

  it('refuses another account or region for a lab that is there, at their lines', async () => {
    const account = declaration.replace('account_id: "123456789012"', 'account_id: "999988887777"');
    const text = account.replace('region: us-west-2 ', 'region: us-east-1 ');
    const { conclusion, errors } = await propose('moved', text);
    expect(conclusion).toBe('failure');
    expect(errors).toEqual(
      expect.arrayContaining([`OSL302 ${lineOf(text, 'region: ')}`, `OSL303 ${lineOf(text, 'account_id: ')}`]),
    );
  });

  it('is content with a change that may be made', async () => {
    const { conclusion, errors } = await propose('larger', declaration.replace('max_number: 5', 'max_number: 9'));
    expect(errors).toEqual([]);
    expect(conclusion).toBe('success');
  });

  it('refuses a pull request that removes a deployment in passing, at the line of its file, and takes it with the label', async () => {
    const { member, at } = stage;
    const { data: main } = await member.rest.git.getRef({ ...at, ref: 'heads/main' });
    await member.rest.git.createRef({ ...at, ref: 'refs/heads/typo', sha: main.object.sha });
    const { data: file } = await member.rest.repos.getContent({ ...at, path });
    const sha = 'sha' in file ? file.sha : '';
    await member.rest.repos.deleteFile({ ...at, path, branch: 'typo', message: 'Fix a typo', sha });
    const { data: pull } = await member.rest.pulls.create({ ...at, title: 'Fix a typo', head: 'typo', base: 'main' });
    const [refused] = await stage.settle();
    const annotations = refused?.jobs.flatMap(({ steps }) => steps.flatMap((step) => step.annotations)) ?? [];
    expect(refused?.conclusion).toBe('failure');
    expect(annotations).toContainEqual(expect.objectContaining({ title: 'OSL307', file: path, line: 1 }));
    await member.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['destroy'] });
    const [labelled] = await stage.settle();
    expect(labelled?.conclusion).toBe('success');
  });
});
