import type { Deployment } from '../deployment/deployment.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import type { PreflightFinding } from './plan.ts';

export type PreflightContext = {
  deployment: Deployment;
  stacks: readonly Stack[];
  /** Stacks as they are now; undefined where there is none. */
  states: ReadonlyMap<StackKind, StackState | undefined>;
  ports: Pick<AwsPorts, 'account' | 'buckets' | 'repositories'>;
  now: Date;
};

/** One thing that must be right in the account before a deployment can succeed. */
export type PreflightCheck = {
  id: string;
  title: string;
  /**
   * @returns undefined when the check does not concern the deployment
   * @throws Failure when the check cannot be made; it is shown as `unknown`
   */
  run: (context: PreflightContext) => Promise<PreflightResult | undefined>;
};

export type PreflightResult = Pick<PreflightFinding, 'outcome' | 'detail' | 'hint'>;

/** What a declaration may say that nothing acts on yet: said before merging, never silently left out. */
export const supportChecks: readonly PreflightCheck[] = [
  {
    id: 'storage-lifecycle',
    title: 'Storage lifecycle',
    run: async ({ deployment: { storage } }) => ({
      outcome: 'warning',
      detail: `Nothing acts on the days under storage yet: home volumes stay, and cost, until the teardown, not for ${storage.days_till_volume_deletion} days.`,
      hint: 'Delete volumes that nobody needs by hand meanwhile.',
    }),
  },
];
