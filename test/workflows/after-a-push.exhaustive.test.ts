import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleWith } from '../fixtures/example-deployment.ts';
import { setWorkflowStage, type WorkflowStage } from '../fixtures/workflow-stage.ts';

const declaration = exampleWith(['cost_tag_value: example', 'cost_tag_value: sar']);

/** In place of the workflow plan: only what it was started with counts here. */
const plan = `name: plan
run-name: plan of \${{ inputs.pull-request }}
on:
  workflow_dispatch:
    inputs: {pull-request: {type: string}, deployment: {type: string}}
jobs:
  plan:
    runs-on: ubuntu-24.04
    steps: [{run: "echo '\${{ inputs.pull-request }}'"}]
`;

let stage: WorkflowStage;
beforeAll(async () => {
  const verbs = ['select', 'conclude', 'teardown', 'deploy', 'follow-up'];
  const files = { 'deployments/sar/opensarlab.yaml': declaration, '.github/workflows/plan.yml': plan };
  stage = await setWorkflowStage(verbs, ['deploy.yml', 'teardown.yml'], files, { isPrivate: true });
});
afterAll(() => stage.close());

async function add(path: string, branch: string): Promise<void> {
  const content = Buffer.from('x\n').toString('base64');
  await stage.member.rest.repos.createOrUpdateFileContents({ ...stage.at, path, branch, message: path, content });
}

it('that deploys nothing, the open teardown pull request removes the folder as it is now, and is planned again', async () => {
  const { member, at } = stage;
  const { data: main } = await member.rest.git.getRef({ ...at, ref: 'heads/main' });
  await member.rest.git.createRef({ ...at, ref: 'refs/heads/notes', sha: main.object.sha });
  await add('deployments/sar/notes.txt', 'notes');
  const { data: asked } = await member.rest.pulls.create({ ...at, title: 'Notes', head: 'notes', base: 'main' });
  await member.rest.issues.createLabel({ ...at, name: 'destroy', color: 'b60205', description: 'Tear it down' });
  await member.rest.issues.addLabels({ ...at, issue_number: asked.number, labels: ['destroy'] });
  await stage.settle();
  const { data: open } = await member.rest.pulls.list({ ...at, state: 'open' });
  const teardown = open.find(({ title }) => title === 'Tear down sar');
  if (teardown === undefined) throw new Error('There is no teardown pull request.');

  await add('deployments/sar/later.txt', 'main');
  const runs = await stage.settle();
  const deploy = runs.find(({ workflowName }) => workflowName === 'deploy');
  expect(
    deploy?.jobs
      .filter(({ conclusion }) => conclusion !== 'skipped')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['renew-teardowns', 'select', 'verify']);
  const { data: files } = await member.rest.pulls.listFiles({ ...at, pull_number: teardown.number });
  expect(files.map(({ filename, status }) => `${status} ${filename}`).sort()).toEqual([
    'removed deployments/sar/later.txt',
    'removed deployments/sar/opensarlab.yaml',
  ]);
  const planned = runs.filter(({ workflowName }) => workflowName === 'plan');
  expect(planned.map(({ event }) => event.payload['inputs'])).toEqual([{ 'pull-request': String(teardown.number) }]);
  // The next push changes nothing of it: nothing to renew, and nothing to plan.
  await add('README.md', 'main');
  expect((await stage.settle()).map(({ workflowName }) => workflowName)).toEqual(['deploy']);
}, 180_000);
