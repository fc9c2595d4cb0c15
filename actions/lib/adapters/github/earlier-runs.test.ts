import { ANY_EVENT, type GitHubFixture, startFixture } from '@opensarlab/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectGitHub, type GitHubConnection } from './connection.ts';
import { earlierRuns } from './earlier-runs.ts';

const name = 'radar-lab/deployments';
let fixture: GitHubFixture;
let github: GitHubConnection;
let tip: string;

beforeAll(async () => {
  fixture = await startFixture();
  tip = (await fixture.octokit.rest.repos.getBranch({ ...fixture.at, branch: 'main' })).data.commit.sha;
  // What the job that selects has, and no more (.github/workflows/deploy.yml).
  const permissions = { contents: 'read', actions: 'read' } as const;
  const token = fixture.github.createJobToken({ repository: name, permissions, event: ANY_EVENT });
  github = connectGitHub(token, name, fixture.github.apiUrl);
  record(1, 'push', 'success');
  record(2, 'workflow_dispatch', 'cancelled');
  record(3, 'schedule', undefined);
  record(4, 'push', undefined);
  record(5, 'push', undefined);
  record(6, 'push', 'success', { headBranch: 'other' });
  record(7, 'push', 'success', { workflowFile: 'ci.yml' });
});
afterAll(() => fixture.close());

function record(runNumber: number, event: string, conclusion: string | undefined, more: object = {}): void {
  const at = new Date(Date.UTC(2026, 10, 30, runNumber));
  fixture.github.recordWorkflowRun(name, {
    ...{ id: 500 + runNumber, name: 'deploy', title: 'deploy', workflowFile: 'deploy.yml', runNumber, runAttempt: 1 },
    ...{ event: { ...ANY_EVENT, name: event, sha: tip }, headSha: tip, headBranch: 'main' },
    ...{ triggeringActor: ANY_EVENT.actor, createdAt: at, startedAt: at, updatedAt: at },
    ...{ status: conclusion === undefined ? 'in_progress' : 'completed', conclusion },
    ...more,
  } as Parameters<typeof fixture.github.recordWorkflowRun>[1]);
}

const before = (run: string) => earlierRuns(github, { workflow: 'deploy.yml', branch: 'main', run });

it('the runs of a workflow before one of it are told, newest first, as far as they have come', async () => {
  expect((await before('504')).map(({ id, state, isForAll }) => [id, state, isForAll])).toEqual([
    ['503', 'going on', true],
    ['502', 'ended', false],
    ['501', 'succeeded', true],
  ]);
  expect((await before('501')).map(({ id }) => id)).toEqual([]);
});

it('nothing is known of what came before a run that is not among the newest', async () => {
  expect(await before('400')).toEqual([]);
});
