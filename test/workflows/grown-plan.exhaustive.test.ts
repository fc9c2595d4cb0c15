import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setUndeployedLab, type UndeployedLab } from '../fixtures/undeployed-lab.ts';

const path = 'deployments/sar/opensarlab.yaml';

let lab: UndeployedLab;
beforeAll(async () => {
  lab = await setUndeployedLab();
}, 180_000);
afterAll(() => lab?.close());

/** Opens a pull request that allows more machines. @returns its number and head */
async function propose(): Promise<{ number: number; head: string }> {
  const { person, at } = lab;
  const { data: tip } = await person.rest.git.getRef({ ...at, ref: 'heads/main' });
  await person.rest.git.createRef({ ...at, ref: 'refs/heads/larger', sha: tip.object.sha });
  const { data: file } = await person.rest.repos.getContent({ ...at, path, ref: 'larger' });
  if (!('content' in file)) throw new TypeError(`${path} is no file.`);
  const text = Buffer.from(file.content, 'base64').toString().replace('max_number: 5', 'max_number: 6');
  await person.rest.repos.createOrUpdateFileContents({
    ...{ ...at, path, branch: 'larger', message: 'Larger', sha: file.sha },
    content: Buffer.from(text).toString('base64'),
  });
  const { data: pull } = await person.rest.pulls.create({ ...at, title: 'Larger', head: 'larger', base: 'main' });
  return { number: pull.number, head: pull.head.sha };
}

/**
 * Plans a pull request: how the run ended, what its check says, and whether its comment says that it has grown.
 * @param by who starts the run: the person, or a workflow with its own token as `follow-up` does
 */
async function planned({ number, head }: { number: number; head: string }, by: 'person' | 'workflow' = 'person') {
  const { person, at, settle } = lab;
  const start = { ...at, workflow_id: 'plan.yml', ref: 'main', inputs: { 'pull-request': String(number) } };
  await (by === 'person' ? person : job()).rest.actions.createWorkflowDispatch(start);
  const runs = await settle();
  const { data: checks } = await person.rest.checks.listForRef({ ...at, ref: head, check_name: 'plan', per_page: 100 });
  const newest = checks.check_runs.reduce((latest, each) => (each.id > latest.id ? each : latest));
  const { data: comments } = await person.rest.issues.listComments({ ...at, issue_number: number });
  return {
    runs: runs.map(({ conclusion }) => conclusion),
    check: newest.conclusion,
    isShown: comments.some(({ body = '' }) => body.includes('goes further than the one that was shown here')),
  };
}

/** As a job that may start workflows. */
function job(): ReturnType<typeof getOctokit> {
  const { sandbox, repository } = lab;
  const event = {
    name: 'push' as const,
    payload: {},
    repository: repository.fullName,
    ref: 'refs/heads/main',
    sha: '0'.repeat(40),
  };
  const token = sandbox.github.createJobToken({
    repository: repository.fullName,
    permissions: { actions: 'write' },
    event: { ...event, actor: { login: 'ada', id: 1815 }, causedByJobToken: false },
  });
  return getOctokit(token, { baseUrl: sandbox.github.apiUrl });
}

const red = { runs: ['failure'], check: 'failure', isShown: true };
const green = { runs: ['success'], check: 'success', isShown: false };

it('a plan that goes further than the one that was shown for the same commit is red, until a person makes it again and it is the same', async () => {
  const { sandbox, region, settle } = lab;
  const proposal = await propose();
  await settle();
  expect(await planned(proposal)).toEqual(green);
  // Nobody touched the pull request: what would be deployed is another machine image by now.
  sandbox.aws.setup.releaseMachineImages(region);
  expect(await planned(proposal)).toEqual(red);
  sandbox.aws.setup.releaseMachineImages(region);
  expect(await planned(proposal)).toEqual(red);
  // Nobody has looked at it when a workflow plans again; only a person's own run says that somebody has.
  expect(await planned(proposal, 'workflow')).toEqual(red);
  expect(await planned(proposal)).toEqual(green);
  expect(await planned(proposal, 'workflow')).toEqual(green);
  sandbox.aws.setup.releaseMachineImages(region);
  expect(await planned(proposal, 'workflow')).toEqual(red);
  expect(await planned(proposal, 'workflow')).toEqual(red);
  expect(await planned(proposal)).toEqual(green);
}, 300_000);
