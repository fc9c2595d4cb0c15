import type { Workspace } from '../adapters/workspace/workspace.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';

/** The role a verb works with; `bootstrap` makes one for each. */
export type RoleKind = 'plan' | 'deploy' | 'destroy';

/** Keys of the session in use, for signing Git requests to CodeCommit. */
export type SessionKeys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export type Connection = { aws: AwsPorts; keys: () => Promise<SessionKeys> };

/**
 * What every verb gets from outside, whether it runs in a workflow or on a laptop. The two differ only here: a workflow
 * assumes the role with its OIDC token, a person uses the credentials of the shell.
 */
export type Surroundings = {
  workspace: Workspace;
  reporter: Reporter;
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  connect(deployment: Deployment, role: RoleKind): Promise<Connection>;
  /** Milliseconds between looks at something that takes time. */
  pollMilliseconds: number;
};
