import type { Deployment } from '../deployment/deployment.ts';
import { fieldSchemaAt } from '../deployment/field-schema.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import type { PreflightFinding } from './plan.ts';

export type PreflightContext = {
  deployment: Deployment;
  stacks: readonly Stack[];
  /** Stacks as they are now; undefined where there is none. */
  states: ReadonlyMap<StackKind, StackState | undefined>;
  ports: Pick<AwsPorts, 'account' | 'buckets' | 'clusters' | 'existence' | 'images' | 'machineImages' | 'repositories'>;
  now: Date;
  /** Also ask what a deployment that stands has proven by standing. */
  isThorough?: boolean;
} & ReadinessFacts;

/** What the checkout says beside the declaration; what is absent is not checked. */
export type ReadinessFacts = {
  /** Version of the bootstrap stack's template. */
  bootstrapVersion?: string;
  /** Other deployments of the checkout in the same account and region. */
  neighbours?: readonly Neighbour[];
  /** What `images/build.sh` would refuse of the images, a sentence each. */
  imageFaults?: readonly string[];
  /** Images at Docker Hub that the used images start from. */
  dockerHubImages?: readonly string[];
  /** The tag that images get when the mirrored commit is built: its first 7 characters. */
  builtTag?: string;
};

export type Neighbour = {
  deployment: Deployment;
  /** Whether its cluster's stack exists, so that AWS counts what it takes. */
  isThere: () => Promise<boolean>;
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

export type PreflightResult = Pick<PreflightFinding, 'outcome' | 'detail' | 'hint' | 'fix'>;

/** Fields that nothing acts on yet, and what a plan says of them: before merging, never silently left out. */
type SupportCheck = PreflightCheck & { fields: readonly string[] };

const storageFields = [
  'storage.days_till_volume_deletion',
  'storage.days_till_snapshot_deletion',
  'storage.days_after_server_stop_till_warning_email',
];

export const supportChecks: readonly SupportCheck[] = [
  {
    id: 'storage-lifecycle',
    title: 'Storage lifecycle',
    fields: storageFields,
    run: async ({ deployment: { storage } }) => ({
      outcome: 'warning',
      detail: `Nothing acts on this yet: ${storageFields.join(', ')}. Home volumes stay, and cost, until the teardown, not for ${storage.days_till_volume_deletion} days.`,
      hint: 'Delete volumes that nobody needs by hand meanwhile.',
    }),
  },
  {
    id: 'audit-role',
    title: 'Audit role',
    fields: ['aws.audit_role'],
    run: async ({ deployment: { aws } }) => {
      if (aws.audit_role === fieldSchemaAt('/aws/audit_role')?.default) return undefined;
      return {
        outcome: 'warning',
        detail: `Nothing acts on this yet: aws.audit_role. No workflow takes on ${aws.audit_role}.`,
        hint: 'Leave the field out; bootstrap makes the role all the same.',
      };
    },
  },
];

/** Paths of all fields that nothing acts on yet, as people write them. */
export const unusedFields: readonly string[] = supportChecks.flatMap(({ fields }) => fields);
