import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleWith } from '../fixtures/example-deployment.ts';
import { setWorkflowStage, type WorkflowStage } from '../fixtures/workflow-stage.ts';

const path = 'deployments/sar/opensarlab.yaml';
const declaration = exampleWith(['cost_tag_value: example', 'cost_tag_value: sar']);

/** An action whose program is not there: the job ends before it can say anything. */
const dead = ['name: Select', 'inputs: {for: {required: true}, root: {default: .}, github-token: {required: true}}']
  .concat(['runs: {using: node24, main: ../dist/not-there.js}', ''])
  .join('\n');

async function change(stage: WorkflowStage, branch: string, content: string): Promise<string> {
  const { member, at } = stage;
  const { data: file } = await member.rest.repos.getContent({ ...at, path, ref: branch });
  const sha = 'sha' in file ? file.sha : '';
  const message = 'Change it';
  const made = { ...at, path, branch, message, content: Buffer.from(content).toString('base64'), sha };
  return (await member.rest.repos.createOrUpdateFileContents(made)).data.commit.sha ?? '';
}

async function branchOff(stage: WorkflowStage, branch: string): Promise<void> {
  const { data } = await stage.member.rest.git.getRef({ ...stage.at, ref: 'heads/main' });
  await stage.member.rest.git.createRef({ ...stage.at, ref: `refs/heads/${branch}`, sha: data.object.sha });
}

async function checksOf({ member, at }: WorkflowStage, ref: string) {
  const { data } = await member.rest.checks.listForRef({ ...at, ref, per_page: 100 });
  return data.check_runs.map(({ name, conclusion, output }) => ({ name, conclusion, summary: output.summary ?? '' }));
}

async function commentsOn({ member, at }: WorkflowStage, number: number): Promise<string[]> {
  const { data } = await member.rest.issues.listComments({ ...at, issue_number: number });
  return data.map(({ body = '' }) => body);
}

describe('a job that selects and fails', () => {
  let stage: WorkflowStage;
  beforeAll(async () => {
    stage = await setWorkflowStage(
      ['select', 'conclude', 'plan'],
      'plan.yml',
      { [path]: declaration },
      { isPrivate: true },
    );
  });
  afterAll(() => stage.close());

  it('says why on the pull request: in the check of its head and in the overview', async () => {
    const { member, at } = stage;
    await branchOff(stage, 'ours');
    const head = await change(stage, 'ours', declaration.replace('max_number: 5', 'max_number: 6'));
    await change(stage, 'main', declaration.replace('max_number: 5', 'max_number: 7'));
    const { data: pull } = await member.rest.pulls.create({ ...at, title: 'Six', head: 'ours', base: 'main' });
    const [run] = await stage.settle();
    expect(run?.conclusion).toBe('failure');
    const sentence = `The pull request conflicts with the default branch in ${path}`;
    const check = (await checksOf(stage, head)).find(({ name }) => name === 'plan');
    expect(check).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining(sentence) });
    const comments = await commentsOn(stage, pull.number);
    expect(comments).toEqual([expect.stringContaining(sentence)]);
    expect(comments[0]).toContain('resolve the conflicts');
  });

  it('blames no pull request for what a person asked wrongly', async () => {
    const { member, at } = stage;
    const before = await commentsOn(stage, 1);
    for (const inputs of [{}, { deployment: 'sar', 'pull-request': '1' }, { deployment: 'none' }]) {
      await member.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'plan.yml', ref: 'main', inputs });
    }
    await branchOff(stage, 'aside');
    const inputs = { deployment: 'sar' };
    await member.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'plan.yml', ref: 'aside', inputs });
    const runs = await stage.settle();
    const errors = runs.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps.flatMap((step) => step.annotations)));
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(Array(4).fill('failure'));
    const said = errors.map(({ message }) => message).join('\n');
    expect(said).toContain('neither a pull request nor a deployment');
    expect(said).toContain('both a pull request and a deployment');
    expect(said).toContain('declares no deployment "none"');
    expect(said).toContain('started on refs/heads/aside; only main may plan');
    expect(await commentsOn(stage, 1)).toEqual(before);
  });
});

it('that died before it could say why leads to its run, and leaves the gate alone', async () => {
  const workflows = ['plan.yml', 'gate.yml'];
  const files = { [path]: declaration, 'actions/select/action.yml': dead };
  const stage = await setWorkflowStage(['select', 'conclude', 'plan', 'validate'], workflows, files, {
    isPrivate: true,
  });
  try {
    const { member, at } = stage;
    await branchOff(stage, 'more');
    const head = await change(stage, 'more', declaration.replace('max_number: 5', 'max_number: 6'));
    const { data: pull } = await member.rest.pulls.create({ ...at, title: 'Six', head: 'more', base: 'main' });
    await stage.settle();
    const checks = await checksOf(stage, head);
    const plan = checks.find(({ name, summary }) => name === 'plan' && summary !== '');
    expect(plan).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining('/actions/runs/') });
    expect(plan?.summary).toContain('ended before it could say why');
    expect(checks.filter(({ name }) => name === 'gate').map(({ conclusion }) => conclusion)).toEqual(['success']);
    expect(await commentsOn(stage, pull.number)).toEqual([
      expect.stringMatching(/\[The run\]\(http.*\/actions\/runs\/\d+\)/),
    ]);
    // Another label asks for no plan, so there is nothing to say.
    await member.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['question'] });
    await stage.settle();
    expect(await commentsOn(stage, pull.number)).toHaveLength(1);
  } finally {
    await stage.close();
  }
}, 180_000);
