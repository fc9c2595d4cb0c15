import { Failure } from '../failure.ts';
import type { StackResource, StackState } from '../ports/cloudformation.ts';
import { loadTemplate } from '../stacks/template.ts';
import { canonicalJson } from './canonical-json.ts';
import type { PlanRow } from './seal.ts';

/** What removing a half-made stack takes with it. */
export type Recovery = {
  /** One row `recover` per living resource, with its physical id; what is retained says so. */
  rows: PlanRow[];
  /** Resources that go. */
  lost: number;
};

/**
 * What is lost when a stack that cannot go on is removed to be made again: every resource that lives in it, whatever the
 * stack's own state says. What its template retains stays (AWS CloudFormation user guide, "DeletionPolicy attribute"; a
 * `RetainExceptOnCreate` resource that has outlived the rollback of its creation is retained like any other), and is
 * listed too, with the policy action `Retain`.
 * @param resources of ListStackResources
 * @param templateBody the stack's own template; what it does not explain is taken to go
 */
export function recoveryRows(
  state: Pick<StackState, 'name'>,
  resources: readonly StackResource[],
  templateBody: string,
): Recovery {
  const policies = deletionPolicies(templateBody);
  const rows = resources.filter(isLiving).map(({ logicalId, type, physicalId }): PlanRow => {
    const row = { place: state.name, item: logicalId, type, property: 'PhysicalResourceId', act: 'recover' } as const;
    return { ...row, after: canonicalJson(physicalId), policyAction: policyActionOf(policies.get(logicalId)) };
  });
  return { rows, lost: rows.filter(({ policyAction }) => policyAction !== 'Retain').length };
}

/**
 * Without a physical id it never came to be; `DELETE_SKIPPED` has left the stack and stays in the account (API reference,
 * StackResourceSummary, ResourceStatus). A resource whose creation failed may be there.
 */
function isLiving({ physicalId, status }: StackResource): boolean {
  return physicalId !== '' && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED';
}

function policyActionOf(policy: string | undefined): string {
  switch (policy) {
    case 'Retain':
    case 'RetainExceptOnCreate':
      return 'Retain';
    case 'Snapshot':
      return 'Snapshot';
    default:
      return 'Delete';
  }
}

function deletionPolicies(templateBody: string): Map<string, string> {
  const policies = new Map<string, string>();
  for (const [id, resource] of Object.entries(membersOf(membersOf(readable(templateBody)).Resources))) {
    const policy = membersOf(resource).DeletionPolicy;
    if (typeof policy === 'string') policies.set(id, policy);
  }
  return policies;
}

function readable(templateBody: string): unknown {
  try {
    return loadTemplate(templateBody, 'The template of the stack');
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
