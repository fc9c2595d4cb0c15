import { assumeRoleWithWebIdentity } from '../adapters/aws/assume-role.ts';
import { connectAws } from '../adapters/aws/aws-account.ts';
import { identityToken } from '../adapters/github/identity-token.ts';
import type { ActionContext } from '../adapters/github/run-action.ts';
import { openWorkspace } from '../adapters/workspace/workspace.ts';
import { machineRandom } from '../chance-of-machine.ts';
import { machineClock } from '../clock-of-machine.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { sessionPolicy } from './session-policy.ts';
import type { Connection, RoleKind, Surroundings } from './surroundings.ts';

/** Seconds between looks when the workflow says nothing: quick for people, far below AWS's request limits. */
const defaultPollSeconds = 5;

/** Sessions of one hour, which every role allows; a longer run gets a new session before one ends. */
const sessionSeconds = 3600;

/** What the verbs get in a workflow: the checkout, the job's reporter, and roles assumed with its OIDC token. */
export async function jobSurroundings({ input, reporter }: ActionContext): Promise<Surroundings> {
  return {
    workspace: await openWorkspace(input('root')),
    reporter,
    clock: machineClock,
    random: machineRandom,
    pollMilliseconds: pollMilliseconds(input('poll-seconds')),
    connect: async (deployment, role) => connectRole(deployment, role, reporter),
  };
}

function connectRole(deployment: Deployment, role: RoleKind, reporter: Reporter): Connection {
  const { account_id: accountId, region, plan_role: planRole } = deployment.aws;
  const counter = { count: 0 };
  const waiting = { clock: machineClock, random: machineRandom, say: (message: string) => reporter.info(message) };
  const keys = assumeRoleWithWebIdentity({
    region,
    accountId,
    roleName: deployment.aws[`${role}_role`],
    sessionName: `opensarlab-${role}-${deployment.name}`.slice(0, 64),
    durationSeconds: sessionSeconds,
    policy: sessionPolicy(deployment),
    token: () => identityToken('sts.amazonaws.com'),
    secret: reporter.secret,
    waiting,
    counter,
  });
  return { aws: connectAws({ region, accountId, planRole, credentials: keys, counter, waiting }), keys };
}

function pollMilliseconds(seconds: string): number {
  const value = seconds === '' ? defaultPollSeconds : Number(seconds);
  if (Number.isFinite(value) && value > 0 && value <= 300) return value * 1000;
  throw new Failure({
    code: 'InputInvalid',
    source: 'user',
    message: `The input \`poll-seconds\` is ${JSON.stringify(seconds)}; it must be a number above 0 and at most 300.`,
  });
}
