import type { CodeEntry } from './code-entry.ts';

/** OSL121 to OSL130: machines. */
export const nodeCodes = {
  OSL121: {
    severity: 'error',
    rule: 'Exactly one node is the hub’s.',
    cause: 'No node has is_hub: true, or several have. The hub and its database run on one machine.',
    remedy: 'Set is_hub: true on the node called hub and on no other.',
  },
  OSL122: {
    severity: 'error',
    rule: 'The hub’s node is called hub, has the policy hub, runs exactly once and not on spot capacity.',
    cause: 'Templates, permissions and the hub’s image go by these values.',
    remedy: 'Set name: hub, node_policy: hub, min_number: 1, max_number: 1, and leave is_spot out.',
  },
  OSL123: {
    severity: 'error',
    rule: 'Only the hub’s node is called hub or has the policy hub.',
    cause: 'A node was copied from the hub’s; users’ servers would get the hub’s permissions.',
    remedy: 'Give the node a name of its own and node_policy: user, or set is_hub: true.',
  },
  OSL124: {
    severity: 'error',
    rule: 'Node names are unique, also without regard to case.',
    cause: 'A node was copied. Its name becomes part of names in AWS, some of which ignore case.',
    remedy: 'Rename one of the two.',
  },
  OSL125: {
    severity: 'error',
    rule: 'min_number is at most max_number.',
    cause: 'Auto Scaling refuses a group whose smallest size is above its largest.',
    remedy: 'Lower min_number or raise max_number.',
  },
  OSL126: {
    severity: 'error',
    rule: 'Profiles run on a declared node that is not the hub’s.',
    cause: 'node_name is misspelt or the node was renamed; servers would wait for a machine forever.',
    remedy: 'Use the name of one of the nodes, or declare the node.',
  },
  OSL127: {
    severity: 'warning',
    rule: 'Large machines for users do not run day and night.',
    cause: 'With min_number above 0 machines with four or more vCPUs are paid for without users.',
    remedy: 'Set min_number to 0: a machine starts when the first user does. Keep it for the days of a class.',
  },
  OSL128: {
    severity: 'error',
    rule: 'Instance types exist.',
    cause: 'The family or size is misspelt; Auto Scaling would fail to start a machine.',
    remedy:
      'Correct it. If AWS introduced it lately, refresh the table with scripts/reference-data/refresh-instance-types.ts.',
  },
  OSL129: {
    severity: 'error',
    rule: 'Instance types have x86_64 processors.',
    cause: 'Images and the machines’ system are built for x86_64; Graviton (arm64) and Mac machines cannot run them.',
    remedy: 'Choose a type with Intel or AMD processors; the finding names one of the same size.',
  },
  OSL130: {
    severity: 'warning',
    rule: 'Instance types are ones that this release knows.',
    cause: 'The family could be newer than the table in this release, or a mistake. Its limits cannot be checked.',
    remedy: 'Check the name, or refresh the table with scripts/reference-data/refresh-instance-types.ts.',
  },
} as const satisfies Record<string, CodeEntry>;
