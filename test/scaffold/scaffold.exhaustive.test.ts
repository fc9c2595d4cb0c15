import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import { readDeployment } from '../../actions/lib/deployment/read-deployment.ts';
import type { Reporter } from '../../actions/lib/ports/reporter.ts';
import { proposeDeployment } from '../../actions/lib/verbs/propose-deployment.ts';
import { root } from '../../scripts/setup/install.mjs';
import { setWorkflowStage, type WorkflowStage } from '../fixtures/workflow-stage.ts';

const silent: Reporter = {
  info: () => undefined,
  warning: () => undefined,
  diagnostic: () => undefined,
  summary: () => undefined,
  secret: () => undefined,
};

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await setWorkflowStage('scaffold', 'scaffold.yml');
});
afterAll(() => stage.close());

const answers: Readonly<Record<string, string>> = {
  Name: 'sar-class',
  'AWS account number': '210987654321',
  'AWS region': 'us-west-2',
  'Zone letter': 'a',
  'Administrator user name': 'jdoe',
  'Administrator e-mail': 'jdoe@example.edu',
  'Address of the hub': 'https://sar-class.example.edu',
  'ARN of the certificate': '_No response_',
  Profiles: 'SAR 1',
  'Sign-up': 'approval',
};

/** The body GitHub makes of a filled form. */
const bodyOf = (change: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...answers, ...change })
    .map(([label, answer]) => `### ${label}\n\n${answer}\n`)
    .join('\n');

const labels = ['new-deployment'];

async function openIssue(body: string, given = labels): Promise<number> {
  const { data } = await stage.member.rest.issues.create({
    ...stage.at,
    title: 'New deployment: ',
    body,
    labels: given,
  });
  return data.number;
}

async function commentsOn(issue: number): Promise<string[]> {
  const { data } = await stage.member.rest.issues.listComments({ ...stage.at, issue_number: issue });
  return data.map(({ body = '' }) => body);
}

async function pullRequestOf(branch: string) {
  const { data } = await stage.member.rest.pulls.list({ ...stage.at, state: 'all', head: `radar-lab:${branch}` });
  return data.filter(({ head }) => head.ref === branch);
}

async function branches(): Promise<string[]> {
  const { data } = await stage.member.rest.repos.listBranches({ ...stage.at, per_page: 100 });
  return data.map(({ name }) => name);
}

describe('the form “New deployment”', () => {
  it('becomes one pull request with a file that validates, and an answer on the issue', async () => {
    const issue = await openIssue(bodyOf());
    const runs = await stage.settle();
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.every(({ conclusion }) => ['success', 'skipped'].includes(conclusion))).toBe(true);
    const [pull, ...others] = await pullRequestOf('new-deployment/sar-class');
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ title: 'Add the deployment sar-class', base: { ref: 'main' } });
    expect(pull?.body).toContain(`Closes #${issue}`);
    expect((await commentsOn(issue)).at(-1)).toContain(`The deployment \`sar-class\` is #${pull?.number}.`);

    const { data: files } = await stage.member.rest.pulls.listFiles({ ...stage.at, pull_number: pull?.number ?? 0 });
    expect(files.map(({ filename, status }) => [filename, status])).toEqual([
      ['deployments/sar-class/opensarlab.yaml', 'added'],
    ]);
    const { data } = await stage.member.rest.repos.getContent({
      ...stage.at,
      path: 'deployments/sar-class/opensarlab.yaml',
      ref: 'new-deployment/sar-class',
      mediaType: { format: 'raw' },
    });
    const reading = readDeployment({ file: 'opensarlab.yaml', name: 'sar-class', text: String(data) });
    expect(reading.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(reading.deployment).toMatchObject({ aws: { account_id: '210987654321' }, users: { sign_up: 'approval' } });
  });

  it('opens no second pull request for a name that one is open for, and leaves the file there as it is', async () => {
    const change = { Name: 'twice', 'Address of the hub': 'https://twice.example.edu' };
    const workspace = await openWorkspace(root);
    const github = { octokit: stage.member, owner: stage.at.owner, repo: stage.at.repo, login: 'ada' };
    for (const user of ['jdoe', 'mallory']) {
      const body = bodyOf({ ...change, 'Administrator user name': user });
      const number = await openIssue(body, []);
      const proposed = await proposeDeployment({ workspace, reporter: silent, clock: machineClock }, github, {
        number,
        body,
        sender: 'ada',
      });
      const [pull, ...others] = await pullRequestOf('new-deployment/twice');
      expect(others).toEqual([]);
      expect(proposed).toMatchObject({ opened: true, pullRequest: pull?.number });
      const [comment = ''] = await commentsOn(number);
      expect(comment.includes('It was open already and was left as it is')).toBe(user === 'mallory');
    }
    const { data } = await stage.member.rest.repos.getContent({
      ...stage.at,
      path: 'deployments/twice/opensarlab.yaml',
      ref: 'new-deployment/twice',
      mediaType: { format: 'raw' },
    });
    expect(String(data)).toContain('admin_user_name: jdoe');
  });

  it('is answered with everything that is wrong, and has another try when it is edited', async () => {
    const issue = await openIssue(
      bodyOf({ Name: 'second', 'AWS account number': '12', 'Address of the hub': '_No response_' }),
    );
    const run = (await stage.settle()).find(({ conclusion }) => conclusion !== 'skipped');
    expect(run?.conclusion).toBe('success');
    const [refusal = ''] = await commentsOn(issue);
    expect(refusal).toContain('No pull request was opened yet');
    expect(refusal).toContain('**Address of the hub:** Address of the hub is missing.');
    expect(await branches()).not.toContain('new-deployment/second');

    const body = bodyOf({ Name: 'second', 'Address of the hub': 'https://second.example.edu' });
    await stage.member.rest.issues.update({ ...stage.at, issue_number: issue, body });
    await stage.settle();
    expect(await pullRequestOf('new-deployment/second')).toHaveLength(1);
    const comments = await commentsOn(issue);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('The deployment `second` is #');
  });

  it('takes whatever somebody writes as a value, never as a path, a command, a script or markup', async () => {
    const before = await branches();
    const hostile = [
      bodyOf({ Name: '../../.github/workflows/x' }),
      bodyOf({ Name: 'third', Owner: '$(touch /tmp/owned)`id`$' + '{{ github.token }}' }),
      bodyOf({ Name: 'third', 'AWS region': '::set-output name=x::y' }),
      bodyOf({ Name: 'third', 'Zone letter': '@everyone <img src=x> ##[add-mask]a' }),
      `::error::x\n${bodyOf({ Name: 'third' })}`,
    ];
    const workspace = await openWorkspace(root);
    for (const body of hostile) {
      const number = await openIssue(body, []);
      const github = { octokit: stage.member, owner: stage.at.owner, repo: stage.at.repo, login: 'ada' };
      const proposed = await proposeDeployment({ workspace, reporter: silent, clock: machineClock }, github, {
        number,
        body,
        sender: 'ada',
      });
      expect(proposed.opened, body).toBe(false);
      const [comment = ''] = await commentsOn(number);
      expect(comment).toContain('No pull request was opened yet');
      expect(comment).not.toMatch(/<img|@everyone/);
    }
    expect(await branches()).toEqual(before);
  });

  it('prints no command of somebody’s into the log of the run', async () => {
    await openIssue(bodyOf({ Name: 'third', 'Sign-up': '::stop-commands::x ##[error]y' }));
    const run = (await stage.settle()).find(({ conclusion }) => conclusion !== 'skipped');
    expect(run?.conclusion).toBe('success');
    const annotations = run?.jobs.flatMap(({ steps }) => steps.flatMap((step) => step.annotations)) ?? [];
    expect(annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(annotations[0]?.message).toContain('::stop-commands::x');
  });

  it('makes no branch for who may not write, whatever the event says of their standing, and says how it goes on', async () => {
    const { at, stranger, member } = stage;
    // A reader in the organization, who may open and edit issues: GitHub calls such people members or collaborators.
    const body = bodyOf({ Name: 'fifth', 'Address of the hub': 'https://fifth.example.edu' });
    const { data } = await stranger.rest.issues.create({ ...at, title: 'x', body });
    await member.rest.issues.addLabels({ ...at, issue_number: data.number, labels });
    await stage.settle();
    const [pull] = await pullRequestOf('new-deployment/fifth');
    await member.rest.pulls.update({ ...at, pull_number: pull?.number ?? 0, state: 'closed' });
    await member.rest.git.deleteRef({ ...at, ref: 'heads/new-deployment/fifth' });
    await stage.settle();
    // The label is on, and its author writes something else into it.
    await stranger.rest.issues.update({ ...at, issue_number: data.number, body: body.replace('fifth', 'sixth') });
    const runs = (await stage.settle()).filter(({ conclusion }) => conclusion !== 'skipped');
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
    const warnings = runs.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps.flatMap((step) => step.annotations)));
    expect(warnings.map(({ message }) => message).join()).toContain('mallory may not write to this repository');
    expect(await branches()).not.toContain('new-deployment/sixth');
    // What was answered before stays.
    expect((await commentsOn(data.number)).join()).toContain('The deployment `fifth` is #');
    const number = await openIssue(body, []);
    const workspace = await openWorkspace(root);
    const connection = { octokit: member, owner: at.owner, repo: at.repo, login: 'ada' };
    for (const sender of ['mallory', 'nobody-of-this-name', 'github-actions[bot]']) {
      const surroundings = { workspace, reporter: silent, clock: machineClock };
      const proposed = await proposeDeployment(surroundings, connection, { number, body, sender });
      expect(proposed).toMatchObject({ opened: false, refused: expect.stringContaining(sender) });
    }
    expect(await commentsOn(number)).toEqual([expect.stringContaining('put the label `new-deployment` on it')]);
  });

  it('makes a branch for a stranger only when a member puts the label on the issue', async () => {
    const { data } = await stage.stranger.rest.issues.create({
      ...stage.at,
      title: 'x',
      body: bodyOf({ Name: 'fourth', 'Address of the hub': 'https://fourth.example.edu' }),
    });
    await stage.settle();
    expect(await branches()).not.toContain('new-deployment/fourth');
    await stage.member.rest.issues.addLabels({ ...stage.at, issue_number: data.number, labels });
    await stage.settle();
    expect(await pullRequestOf('new-deployment/fourth')).toHaveLength(1);
  });
});
