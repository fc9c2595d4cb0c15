import type { Outcome } from '../../actions/lib/engine/outcome.ts';
import type { Receipt } from '../../actions/lib/teardown/receipt.ts';

/** The demo's steps, in the order in which they happen. */
export const stepIds = [
  'validate-bad',
  'validate',
  'plan',
  'merge',
  'mirror',
  'deploy',
  'smoke',
  'plan-change',
  'deploy-change',
  'no-op',
  'label',
  'teardown-pr',
  'destroy',
  'verify',
] as const;
export type StepId = (typeof stepIds)[number];

/** One step of the demo; `outcome` says whether it ended as it should, which for `validate-bad` means refused. */
export type DemoStep = {
  id: StepId;
  outcome: Outcome;
  /** Real time, ISO 8601. */
  startedAt: string;
  finishedAt: string;
  /** What was seen, in one sentence. */
  detail: string;
};

/** A bar of the deployment's timeline, in virtual seconds from the start of the deployment. */
export type TimelineBar = { title: string; from: number; to: number; critical: boolean };

/** A message in a pull request, as GitHub would show it. */
export type ShownComment = { author: string; body: string };

export type ShownPullRequest = {
  number: number;
  title: string;
  body: string;
  annotations: { path: string; line: number; level: string; title: string; message: string }[];
  comments: ShownComment[];
};

/** `.opensarlab/demo/report.json` */
export type DemoReport = {
  outcome: Outcome;
  deployment: string;
  steps: DemoStep[];
  stacks: { name: string; status: string; virtualSeconds: number }[];
  criticalPathVirtualSeconds: number;
  deployVirtualSeconds: number;
  receipt: Pick<Receipt, 'gone' | 'retained' | 'leftover'>;
  timeline: TimelineBar[];
  /** Virtual seconds per real second. */
  clockScale: number;
  realSeconds: number;
  sandboxReadySeconds: number;
  awsCalls: Record<string, number>;
  pullRequests: ShownPullRequest[];
};
