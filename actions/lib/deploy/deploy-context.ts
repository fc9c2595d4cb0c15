import type { Deployment } from '../deployment/deployment.ts';
import type { Patience } from '../engine/poll.ts';
import type { Watching } from '../engine/visibility.ts';
import type { Approval } from '../plan/approval.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { SettledStack } from '../stack-operations/kept-parameters.ts';
import type { PresenceReader } from '../stack-operations/stack-presence.ts';
import type { StackKind } from '../stacks/stack.ts';
import type { StackTimeline } from './deploy-record.ts';

/** What the steps of one deployment share. They write only to the last four members, each under its own key. */
export type DeployContext = {
  deployment: Deployment;
  /** Commits of `main` in the two CodeCommit repositories. */
  mirrored: { container: string; cluster: string };
  ports: AwsPorts;
  reporter: Reporter;
  patience: Patience;
  /** The role that CloudFormation works with. */
  cloudFormationRoleArn: string;
  /** What people have approved; each change set is held against it before it is executed. */
  approval: Approval;
  /** Values that were looked up for the approved plans, by `stack parameter`; they are used as they are. */
  lookedUp: Readonly<Record<string, string>>;
  /** What the owners of the stacks' resources say, asked before a stack is called unchanged. */
  presence: PresenceReader;
  /** A number in [0, 1). */
  random: () => number;
  /** Makes a token for one request to AWS. */
  token: (what: string) => string;
  /** Stacks that are as declared by now. */
  finished: Map<StackKind, FinishedStack>;
  timelines: Map<StackKind, StackTimeline>;
  /** What change sets would have done beyond the approval; nothing of it was done. */
  refused: PlanRow[];
  /** Images found in ECR for the mirrored commit. */
  images: { repository: string; tag: string; digest: string }[];
};

export type FinishedStack = {
  state: StackState;
  /** What it is: as it was declared, with the values that it keeps. */
  settled: SettledStack;
  /** Whether this run changed it. */
  changed: boolean;
  /** When it came to be as it is, by AWS's clock. */
  settledAt: Date;
};

/** With what a step waits for what AWS does not show yet. */
export function watchingOf({ patience, random, reporter }: DeployContext): Watching {
  return { patience, random, say: (message) => reporter.info(message) };
}
