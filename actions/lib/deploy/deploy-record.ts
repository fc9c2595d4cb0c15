import type { Outcome } from '../engine/outcome.ts';
import type { StepRecord } from '../engine/step-record.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { ResourceTimes } from '../stack-operations/stack-timeline.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';

/** What one run of `deploy` did for one deployment, as one JSON value. Times are ISO 8601 strings. */
export type DeployRecord = {
  deployment: string;
  accountId: string;
  region: string;
  outcome: Outcome;
  /** True when the run found everything as declared and changed nothing. */
  unchanged: boolean;
  /** One sentence for a person: what happened, or the first cause of a failure. */
  message: string;
  startedAt: string;
  finishedAt: string;
  /** In the order in which the steps finished. */
  steps: StepRecord[];
  stacks: StackTimeline[];
  outputs: DeployOutputs;
  /** What would have gone further than what is approved, and was not done. */
  refused: PlanRow[];
  /** Requests sent to AWS, retries included. */
  calls: number;
};

/** What happened to one stack, with AWS's own times. */
export type StackTimeline = {
  kind: StackKind;
  name: string;
  change: 'created' | 'updated' | 'unchanged' | 'recovered' | 'failed' | 'unknown' | 'skipped';
  /** CloudFormation's StackStatus at the end, or `NONE`. */
  status: string;
  startedAt: string;
  finishedAt: string;
  /** Removed or replaced resources, all of them in the reviewed plan. */
  destroyed: DestructiveChange[];
  /** Per resource: when its work began and ended. Empty for an unchanged stack. */
  resources: ResourceTimes[];
};

/** What a person needs from a finished deployment. A member is absent when the run did not get that far. */
export type DeployOutputs = {
  /** Where users go. */
  url?: string;
  /** The load balancer's own host name: what the DNS record of `url` points at. */
  dnsName?: string;
  /** A record to create by hand, when the zone is not in this account. */
  dnsRecord?: { name: string; type: 'CNAME'; value: string };
  /** ACM's status, or `MISSING`, or `UNKNOWN` when ACM could not be asked. */
  certificate?: { arn: string; status: string; expiresAt?: string };
  clusterName?: string;
  userPoolId?: string;
  /** Image tags found in ECR for the mirrored commit. */
  images: { repository: string; tag: string; digest: string }[];
};

/** The entry of a stack that nothing has happened to yet. */
export function emptyTimeline(
  { kind, name }: Pick<Stack, 'kind' | 'name'>,
  change: 'unknown' | 'skipped',
  now: Date,
): StackTimeline {
  const at = now.toISOString();
  return { kind, name, change, status: 'NONE', startedAt: at, finishedAt: at, destroyed: [], resources: [] };
}
