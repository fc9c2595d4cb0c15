import type { CodeEntry } from './code-entry.ts';

/** OSL2xx: several deployments beside each other; OSL3xx: one deployment before and after a change. */
export const comparisonCodes = {
  OSL201: {
    severity: 'error',
    rule: 'No two deployments have the same name.',
    cause: 'A folder was copied and cost_tag_value left as it was; both would own the same resources.',
    remedy: 'Rename the copy.',
  },
  OSL202: {
    severity: 'error',
    rule: 'No two deployments in an account and region keep their images under the same namespace.',
    cause: 'container_namespace was copied. One deployment’s teardown would delete the other’s images.',
    remedy: 'Remove container_namespace: the default is different for every deployment.',
  },
  OSL203: {
    severity: 'error',
    rule: 'No two deployments have the same address.',
    cause: 'deployment_url was copied; users of one would reach the other.',
    remedy: 'Give each its own host.',
  },
  OSL204: {
    severity: 'error',
    rule: 'No deployment’s name is another’s with the ending of a stack.',
    cause: 'lab and lab-cluster would both own the stack, cluster and repository lab-cluster.',
    remedy: 'Rename the one with the ending.',
  },
  OSL205: {
    severity: 'error',
    rule: 'No two deployments in a region have the same Cognito domain.',
    cause: 'A domain is the name and -cluster, and is unique in its region among all accounts of AWS.',
    remedy: 'Rename one of the two.',
  },
  OSL301: {
    severity: 'error',
    rule: 'A deployment’s name does not change.',
    cause:
      'Everything in AWS carries the name; under another one the deployment would be built anew beside what is there.',
    remedy: 'Take the change back. For another name, declare a new deployment and tear this one down.',
  },
  OSL302: {
    severity: 'error',
    rule: 'A deployment’s region does not change.',
    cause: 'What is deployed stays in the old region and would be forgotten there.',
    remedy: 'Take the change back. For another region, declare a new deployment and tear this one down.',
  },
  OSL303: {
    severity: 'error',
    rule: 'A deployment’s account does not change.',
    cause: 'What is deployed stays in the old account and would be forgotten there.',
    remedy: 'Take the change back. For another account, declare a new deployment and tear this one down.',
  },
  OSL304: {
    severity: 'error',
    rule: 'The zone of the home volumes does not change.',
    cause: 'Volumes cannot leave their availability zone; users’ servers would not start any more.',
    remedy: 'Take the change back. For another zone, declare a new deployment and tear this one down.',
  },
  OSL305: {
    severity: 'error',
    rule: 'Home volumes do not shrink.',
    cause: 'EBS volumes and Kubernetes claims can only grow; servers of users who have a volume would not start.',
    remedy: 'Keep the old size or choose a larger one. For smaller volumes, declare a profile of another name.',
  },
  OSL306: {
    severity: 'warning',
    rule: 'A profile that is renamed keeps its group.',
    cause:
      'A profile is seen by the group of its name; under another name that is another group, which has no members.',
    remedy: 'Write the group that the profile had under group.',
  },
  OSL307: {
    severity: 'error',
    rule: 'A deployment is not removed in passing.',
    cause:
      'A folder was removed, renamed, moved or emptied, or something else stands in its place. The deployment would go on without anybody who declares it: an absence is not a decision to destroy.',
    remedy:
      'Bring the folder back. To destroy the deployment, put the label destroy on a pull request that touched only it: the teardown pull request then shows what would be lost.',
  },
} as const satisfies Record<string, CodeEntry>;
