import type { CodeEntry } from './code-entry.ts';

/** OSL131 to OSL139, OSL151 to OSL165: what users choose from and what it may do. */
export const profileCodes = {
  OSL131: {
    severity: 'error',
    rule: 'Profile names are unique, also as group names and as the hub’s slugs.',
    cause: 'A profile was copied, or two names differ only in case, spaces and punctuation.',
    remedy: 'Rename one of the two.',
  },
  OSL132: {
    severity: 'error',
    rule: 'No profile is called sudo.',
    cause: 'The group sudo makes its members root in their servers; a profile of that name would share it.',
    remedy: 'Rename the profile.',
  },
  OSL133: {
    severity: 'error',
    rule: 'A guarantee is at most its limit.',
    cause: 'Kubernetes refuses a pod that asks for more than it may use.',
    remedy: 'Lower the guarantee or raise the limit.',
  },
  OSL134: {
    severity: 'error',
    rule: 'Home volumes have 1 GiB to 64 TiB.',
    cause: 'EBS has no other gp3 volumes. A unit is missing or wrong.',
    remedy: 'Write the size with its unit, such as 500Gi.',
  },
  OSL135: {
    severity: 'warning',
    rule: 'At most one profile is chosen beforehand.',
    cause: 'default: true was copied. Page and hub would disagree about which of them it is.',
    remedy: 'Keep default: true on one profile.',
  },
  OSL136: {
    severity: 'error',
    rule: 'Each profile’s image has a folder below images/.',
    cause: 'image_name is misspelt, or the folder is missing. No image would be built, and servers would not start.',
    remedy: 'Use the name of one of the folders, or add the folder.',
  },
  OSL137: {
    severity: 'error',
    rule: 'Each profile’s hook_script exists below singleuser/hooks.',
    cause: 'hook_script is misspelt, or the script is missing. Servers would fail right after their start.',
    remedy: 'Use the name of one of the scripts, or add the script.',
  },
  OSL138: {
    severity: 'error',
    rule: 'A profile starts in the classic notebook or in a desktop, not both.',
    cause: 'Both flags were set; only one page can open first.',
    remedy: 'Remove one of the two.',
  },
  OSL139: {
    severity: 'warning',
    rule: 'Image tags name one image, once there is a build to name.',
    cause:
      'latest moves with every build: what users get changes without a pull request, and machines keep what they loaded before.',
    remedy:
      'Before the first build there is only latest. After it, write the first 7 characters of the commit in its place.',
  },
  OSL151: {
    severity: 'error',
    rule: 'Guarantees and limits are at most what the profile’s machines offer.',
    cause:
      'The smallest instance type of the node decides, because AWS may choose it. With a larger guarantee servers wait forever; a larger limit means nothing.',
    remedy: 'Lower the value or choose larger instance types.',
  },
  OSL152: {
    severity: 'warning',
    rule: 'Guarantees leave room for what runs on every machine.',
    cause:
      'Kubernetes and its agents need some memory and CPU of each machine, so that a guarantee of all of it can never be met.',
    remedy: 'Lower the guarantee.',
  },
  OSL153: {
    severity: 'warning',
    rule: 'One profile is chosen beforehand.',
    cause: 'Without default: true on any profile the first in the list is chosen.',
    remedy: 'Set default: true on the profile that most users need.',
  },
  OSL154: {
    severity: 'warning',
    rule: 'Home volumes have at most 500 GiB.',
    cause: 'Each user’s volume is paid for as a whole, day and night, and can never shrink.',
    remedy: 'Start smaller; a volume can grow at any time.',
  },
  OSL155: {
    severity: 'error',
    rule: 'Each profile’s service_account is declared.',
    cause: 'service_account is misspelt, or its entry in service_accounts is missing.',
    remedy: 'Use the name of one of the service accounts, or declare it.',
  },
  OSL156: {
    severity: 'error',
    rule: 'Service account names are unique.',
    cause: 'An entry was copied.',
    remedy: 'Rename one of the two.',
  },
  OSL157: {
    severity: 'error',
    rule: 'Memory limits are large enough for a server.',
    cause: 'The unit is missing: 16 is 16 bytes. A server does not start with less than 64 MiB.',
    remedy: 'Write the unit, such as 16G.',
  },
  OSL158: {
    severity: 'error',
    rule: 'IAM statements name actions and resources, each in one way.',
    cause: 'IAM needs exactly one of Action and NotAction and exactly one of Resource and NotResource.',
    remedy: 'Add the one that is missing, or remove one of the two.',
  },
  OSL159: {
    severity: 'error',
    rule: 'Service accounts are not called like those that the cluster has anyway.',
    cause:
      'Pods without a service account run as default, and hub and user-scheduler belong to JupyterHub: what the entry allows would be allowed to them too.',
    remedy: 'Choose another name.',
  },
  OSL160: {
    severity: 'error',
    rule: 'The IAM roles of service accounts have room for their names.',
    cause: 'A role is called after the region, the deployment and the service account, and may have 64 characters.',
    remedy: 'Shorten the service account’s name.',
  },
  OSL161: {
    severity: 'error',
    rule: 'No profile’s image is called hub or services.',
    cause: 'The hub’s own images are kept under these names; a build would overwrite them.',
    remedy: 'Rename the folder below images/, and write its new name.',
  },
  OSL164: {
    severity: 'error',
    rule: 'Conditions of IAM statements have operators that IAM knows.',
    cause: 'The operator is misspelt, or the condition starts with a key; IAM would refuse the policy.',
    remedy: 'Write an operator such as StringEquals, and below it the keys with their values.',
  },
  OSL165: {
    severity: 'error',
    rule: 'Statements of a service account have different ids.',
    cause: 'A statement was copied with its Sid; IAM would refuse the policy.',
    remedy: 'Rename one of the two, or leave Sid out.',
  },
} as const satisfies Record<string, CodeEntry>;
