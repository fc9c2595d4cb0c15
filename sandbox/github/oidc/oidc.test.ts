import { getIDToken } from '@actions/core';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type GitHubFixture, startFixture } from '../test/github-fixture.ts';
import type { JobIdentity, WorkflowEvent } from '../workflow-event.ts';

const SHA = 'a'.repeat(40);

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture({ id: 90210, createdAt: new Date('2026-07-15T00:00:00Z') });
  await fixture.github.createRepository({
    owner: 'radar-lab',
    ownerId: 4711,
    name: 'old',
    id: 17,
    createdAt: new Date('2026-07-14T23:59:59Z'),
    private: true,
  });
});
afterAll(() => fixture.close());

function job(changes: Partial<JobIdentity> & { event?: WorkflowEvent } = {}): JobIdentity {
  const repository = changes.repository ?? 'radar-lab/deployments';
  return {
    repository,
    event: {
      name: 'push',
      payload: {},
      repository,
      ref: 'refs/heads/main',
      sha: SHA,
      actor: { login: 'ada', id: 1815 },
      causedByJobToken: false,
    },
    workflowFile: 'deploy.yml',
    workflowName: 'Deploy',
    workflowRef: `${repository}/.github/workflows/deploy.yml@refs/heads/main`,
    environment: undefined,
    runId: 501,
    runNumber: 3,
    runAttempt: 1,
    ...changes,
  };
}

async function claimsOf(identity: JobIdentity): Promise<Record<string, unknown>> {
  const { github } = fixture;
  const token = await github.issueOidcToken(identity, 'sts.amazonaws.com');
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(github.jwks()), {
    issuer: 'https://token.actions.githubusercontent.com',
    audience: 'sts.amazonaws.com',
  });
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: github.jwks().keys[0]?.kid });
  return payload;
}

const PULL_REQUEST: WorkflowEvent = {
  ...job().event,
  name: 'pull_request',
  ref: 'refs/pull/5/merge',
  headRef: 'change',
  baseRef: 'main',
};

describe('the OIDC token of a job', () => {
  test.each([
    ['push', job(), 'repo:radar-lab@4711/deployments@90210:ref:refs/heads/main'],
    ['pull request', job({ event: PULL_REQUEST }), 'repo:radar-lab@4711/deployments@90210:pull_request'],
    ['environment', job({ environment: 'deploy' }), 'repo:radar-lab@4711/deployments@90210:environment:deploy'],
    ['environment with colon', job({ environment: 'a:b' }), 'repo:radar-lab@4711/deployments@90210:environment:a%3Ab'],
    ['old repository', job({ repository: 'radar-lab/old' }), 'repo:radar-lab/old:ref:refs/heads/main'],
    [
      'old repository, environment in a pull request',
      job({ repository: 'radar-lab/old', event: PULL_REQUEST, environment: 'plan' }),
      'repo:radar-lab/old:environment:plan',
    ],
  ])('has the subject of a %s', async (_name, identity, subject) => {
    expect((await claimsOf(identity))['sub']).toBe(subject);
  });

  test('carries all claims of GitHub', async () => {
    const claims = await claimsOf(job({ event: PULL_REQUEST, environment: 'plan' }));
    const { jti, iat, exp, nbf, ...rest } = claims;
    expect(rest).toMatchInlineSnapshot(`
      {
        "actor": "ada",
        "actor_id": "1815",
        "aud": "sts.amazonaws.com",
        "base_ref": "main",
        "environment": "plan",
        "event_name": "pull_request",
        "head_ref": "change",
        "iss": "https://token.actions.githubusercontent.com",
        "job_workflow_ref": "radar-lab/deployments/.github/workflows/deploy.yml@refs/heads/main",
        "job_workflow_sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ref": "refs/pull/5/merge",
        "ref_protected": "false",
        "ref_type": "branch",
        "repository": "radar-lab/deployments",
        "repository_id": "90210",
        "repository_owner": "radar-lab",
        "repository_owner_id": "4711",
        "repository_visibility": "public",
        "run_attempt": "1",
        "run_id": "501",
        "run_number": "3",
        "runner_environment": "github-hosted",
        "sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sub": "repo:radar-lab@4711/deployments@90210:environment:plan",
        "workflow": "Deploy",
        "workflow_ref": "radar-lab/deployments/.github/workflows/deploy.yml@refs/heads/main",
        "workflow_sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      }
    `);
    expect(String(jti)).toMatch(/^[0-9a-f-]{36}$/);
    expect([Number(exp) - Number(iat), Number(iat) - Number(nbf)]).toEqual([300, 600]);
  });

  test('is given for the request token of the job, with the owner as default audience', async () => {
    const { github } = fixture;
    const access = github.openOidcRequest(job());
    const ask = (url: string, token = access.token): Promise<Response> =>
      fetch(url, { headers: { authorization: `bearer ${token}` } });
    const answer = (await (await ask(`${access.url}&audience=sts.amazonaws.com`)).json()) as { value: string };
    const configuration = await (await fetch(`${github.serverUrl}/_oidc/.well-known/openid-configuration`)).json();
    const { issuer, jwks_uri } = configuration as { issuer: string; jwks_uri: string };
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    await jwtVerify(answer.value, keys, { issuer, audience: 'sts.amazonaws.com' });
    const standard = (await (await ask(access.url)).json()) as { value: string };
    await jwtVerify(standard.value, keys, { issuer, audience: `${github.serverUrl}/radar-lab` });
    expect((await ask(access.url, 'wrong')).status).toBe(401);
    access.close();
    expect((await ask(access.url)).status).toBe(401);
  });

  test('is what the Actions toolkit gets', async () => {
    const { github } = fixture;
    const access = github.openOidcRequest(job({ checkRunId: 77 }));
    vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_URL', access.url);
    vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_TOKEN', access.token);
    // The toolkit prints the token as a mask command for the runner.
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const token = await getIDToken('sts.amazonaws.com').finally(() => print.mockRestore());
    vi.unstubAllEnvs();
    const { payload } = await jwtVerify(token, createLocalJWKSet(github.jwks()), { audience: 'sts.amazonaws.com' });
    expect(payload).toMatchObject({ check_run_id: '77', repository_id: '90210' });
  });

  test('has its subject form shown by the API', async () => {
    const { octokit } = fixture;
    const path = 'GET /repos/{owner}/{repo}/actions/oidc/customization/sub';
    const shown = async (repo: string): Promise<unknown> =>
      (await octokit.request(path, { owner: 'radar-lab', repo })).data;
    expect(await shown('deployments')).toMatchObject({
      use_immutable_subject: true,
      sub_claim_prefix: 'repo:radar-lab@4711/deployments@90210',
    });
    expect(await shown('old')).toMatchObject({ use_immutable_subject: false, sub_claim_prefix: 'repo:radar-lab/old' });
  });
});
