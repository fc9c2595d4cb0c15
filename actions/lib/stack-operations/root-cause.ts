import { Failure } from '../failure.ts';
import type { StackEvent } from '../ports/cloudformation.ts';

/** What CloudFormation writes when it stops resources because another one failed. */
const cancelled = /^Resource (creation|update|deletion) cancelled/i;

/** Reasons that people meet, and what to do about each; the first that matches counts. */
const hints: readonly { pattern: RegExp; hint: string }[] = [
  {
    pattern: /not authorized|AccessDenied|UnauthorizedOperation|is denied/i,
    hint: "CloudFormation's role lacks this permission: deploy the account's bootstrap stack again.",
  },
  {
    pattern: /already exists|AlreadyExists|EntityAlreadyExists/i,
    hint: 'Something of this name is left in the account: delete or rename it, then run again.',
  },
  {
    pattern: /limit ?exceeded|quota|maximum number|VpcLimit|AddressLimit|VcpuLimit/i,
    hint: 'The account is at a service quota: raise it in the Service Quotas console, then run again.',
  },
  {
    pattern: /Minimum capacity \d+ can't be greater than desired size/i,
    hint: 'EKS takes no minimum above the number of machines that is wanted: raise the desired size of the node group in the EKS console first, or lower min_number, then run again.',
  },
  {
    pattern: /updates cannot be combined with other updates/i,
    hint: 'Take one of the changes of the node group back, deploy, and make it then.',
  },
  {
    pattern:
      /insufficient ?(instance|host|server|reserved instance)? ?capacity|UnsupportedAvailabilityZone|not supported in (your requested|the|this) availability zone/i,
    hint: 'AWS has none in this zone: choose another az_suffix or instance type.',
  },
  {
    pattern: /not empty|RepositoryNotEmpty|BucketNotEmpty/i,
    hint: 'Something still writes to it: stop what does, then run again.',
  },
  {
    pattern: /DependencyViolation|has dependencies|dependent object|in use/i,
    hint: 'Something outside of the stack still uses it: remove that, then run again.',
  },
  {
    pattern: /deletion protection/i,
    hint: 'Deletion protection was turned on again: turn it off, then run again.',
  },
  {
    pattern: /certificate/i,
    hint: 'Check in ACM that the certificate is issued, in this region, and covers the host.',
  },
  {
    pattern: /timed? ?out|did not stabilize|Exceeded attempts/i,
    hint: 'AWS did not finish in time; run again.',
  },
];

/**
 * The event that made an operation fail: the first failed one that is not merely cancelled because of another.
 * @param events of one operation, oldest first
 */
export function findRootCause(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter(({ status, type }) => {
    return status.endsWith('_FAILED') && type !== 'AWS::CloudFormation::Stack';
  });
  return failed.find(({ reason }) => !cancelled.test(reason ?? '')) ?? failed[0];
}

/**
 * One line on why a stack operation failed, with a hint.
 * @param what as in "deploy stack sar-cluster"
 * @param status StackStatus at the end
 */
export function stackFailure(what: string, status: string, events: readonly StackEvent[]): Failure {
  const cause = findRootCause(events);
  const reason = oneLine(cause?.reason ?? 'CloudFormation gives no reason');
  const place = cause === undefined ? '' : ` ${cause.type} ${cause.logicalId}:`;
  return new Failure({
    code: 'StackFailed',
    source: 'aws',
    message: `Could not ${what}, it ended in ${status}:${place} ${reason}`,
    hint: hintFor(reason),
  });
}

function hintFor(reason: string): string {
  const known = hints.find(({ pattern }) => pattern.test(reason));
  return known?.hint ?? "The stack's events in the CloudFormation console tell more.";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
