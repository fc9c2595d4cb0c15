import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { decisionsOf } from '../../actions/lib/adapters/git/deployment-trees.ts';
import { resolveSourceRef } from '../../actions/lib/adapters/git/refs.ts';
import type { ActionsReporter } from '../../actions/lib/adapters/github/actions-reporter.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { toFailure } from '../../actions/lib/failure.ts';
import { digestOf } from '../../actions/lib/mirror/mirror-building.ts';
import { planDeployment } from '../../actions/lib/plan/plan-deployment.ts';
import { accountChecks } from '../../actions/lib/plan/preflight-account.ts';
import { FakeAws } from '../../actions/lib/ports/test/fake-aws.ts';
import { instantRun } from '../../actions/lib/ports/test/instant-run.ts';
import { showsNames } from '../../actions/lib/report/pseudonym.ts';
import { jobSurroundings } from '../../actions/lib/verbs/job-surroundings.ts';
import { selectBetween } from '../../actions/lib/verbs/select.ts';
import type { RoleKind } from '../../actions/lib/verbs/surroundings.ts';
import { renderCodeOwners } from '../../scripts/reference/code-owners.ts';

/** What somebody who uses a field makes of a deployment. */
export type Consumer = (deployment: Deployment) => Promise<string> | string;

/** Fields of which stacks, configuration, cost and teardown tell nothing: who uses them, called here. */
export const otherConsumers: Readonly<Record<string, Consumer>> = {
  'aws.plan_role': (deployment) => assumedRole(deployment, 'plan'),
  'aws.deploy_role': (deployment) => assumedRole(deployment, 'deploy'),
  'aws.destroy_role': (deployment) => assumedRole(deployment, 'destroy'),
  'aws.cloudformation_role': stackRoles,
  'sources.container.url': ({ sources }) => mirrored(sources.container),
  'sources.container.ref': ({ sources }) => mirrored(sources.container),
  'sources.container.commit': ({ sources }) => mirrored(sources.container),
  'sources.cluster.url': ({ sources }) => mirrored(sources.cluster),
  'sources.cluster.ref': ({ sources }) => mirrored(sources.cluster),
  'sources.cluster.commit': ({ sources }) => mirrored(sources.cluster),
  'network.https_in_front': aboutCertificates,
  privacy: (deployment) => String(showsNames(deployment, true)),
  owner: (deployment) => renderCodeOwners([deployment]),
  reviewed: concernedBy,
};

/** What a plan says about HTTPS. */
async function aboutCertificates(deployment: Deployment): Promise<string> {
  const check = accountChecks.find(({ id }) => id === 'certificate');
  const context = { deployment, stacks: [], states: new Map(), ports: new FakeAws().ports(), now: new Date(0) };
  return JSON.stringify(await check?.run(context));
}

/** The role that a job asks AWS for, as the request has it; the answer does not matter. */
async function assumedRole(deployment: Deployment, role: RoleKind): Promise<string> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const arn = new URLSearchParams(body).get('RoleArn');
      if (arn !== null) asked.push(arn);
      response.writeHead(arn === null ? 200 : 403, { 'content-type': arn === null ? 'application/json' : 'text/xml' });
      response.end(
        arn === null ? '{"value": "token"}' : '<Response><Error><Code>AccessDenied</Code></Error></Response>',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_URL', `${url}/token?`);
  vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'job');
  try {
    const reporter = { secret: () => undefined } as unknown as ActionsReporter;
    const { connect } = await jobSurroundings({ input: () => '', output: () => undefined, reporter });
    const failure = await (await connect(deployment, role)).keys().then(() => undefined, toFailure);
    if (failure?.code !== 'RoleNotAssumed') throw failure ?? new Error('The role was assumed.');
    return asked.join(' ');
  } finally {
    vi.unstubAllEnvs();
    server.close();
  }
}

/** Roles that a plan's change sets are made with. */
async function stackRoles(deployment: Deployment): Promise<string> {
  const aws = new FakeAws();
  const roles = new Set<string | undefined>();
  const { createChangeSet } = aws.cloudFormation;
  aws.cloudFormation.createChangeSet = (request) => {
    roles.add(request.roleArn);
    return createChangeSet.call(aws.cloudFormation, request);
  };
  await planDeployment(instantRun(aws, deployment));
  return [...roles].sort().join(' ');
}

/** Which inputs a mirrored commit has, and which commit is mirrored, or why none is. */
function mirrored(source: Deployment['sources']['cluster']): string {
  const upstream = '0123456789abcdef0123456789abcdef01234567';
  const inputs = digestOf({ deployment: 'frozen', source, layers: [] }, upstream);
  try {
    return `${inputs} ${resolveSourceRef(source, new Map([['refs/tags/v2.0', upstream]])).commit}`;
  } catch (error) {
    return `${inputs} ${toFailure(error).message}`;
  }
}

/** Whether a push from a declaration without `reviewed` to this one concerns the deployment. */
function concernedBy({ reviewed }: Deployment): string {
  const decisions = (digest: string) => {
    const file = { mode: '100644', blob: digest, path: 'deployments/frozen/opensarlab.yaml' };
    return decisionsOf([file]);
  };
  return JSON.stringify(selectBetween(decisions('none'), decisions(reviewed ?? 'none')).present);
}
