import type { CodeEntry } from './code-entry.ts';

/** OSL10x and OSL11x: names, account, region and addresses. */
export const deploymentCodes = {
  OSL101: {
    severity: 'error',
    rule: 'The folder has the deployment’s name.',
    cause: 'A folder was copied and cost_tag_value left as it was, or the folder was renamed.',
    remedy: 'Give both the same name. After the first deployment rename neither.',
  },
  OSL102: {
    severity: 'error',
    rule: 'Every name made from the deployment’s name keeps AWS’s length limits in its region.',
    cause:
      'The name is part of some thirty names in AWS. The tightest is the load balancer’s target group, 32 characters for region, hyphen and name.',
    remedy: 'Shorten the name; `npx opensarlab names` lists all names with what is left.',
  },
  OSL103: {
    severity: 'error',
    rule: 'The name does not end like a stack or repository of another deployment.',
    cause:
      'lab owns lab-cluster, lab-jupyterhub, lab-cognito, lab-container, lab-cluster-pipeline and lab-auth. A deployment called so could take them for its own.',
    remedy: 'Choose another ending.',
  },
  OSL104: {
    severity: 'error',
    rule: 'The name contains no word that AWS refuses in the names made from it.',
    cause:
      'Cognito refuses domains with aws, amazon or cognito in them, Elastic Load Balancing names that start with internal-.',
    remedy: 'Choose a name without them.',
  },
  OSL105: {
    severity: 'error',
    rule: 'container_namespace is the name and -container.',
    cause: 'Upstream’s container release has this prefix built in; images elsewhere would not be found.',
    remedy: 'Leave the field out: this is its default.',
  },
  OSL106: {
    severity: 'error',
    rule: 'code_commit_repo_name is the name and -cluster, code_commit_branch_name is main.',
    cause: 'Both are fixed here; upstream’s files may keep the fields if they say the same.',
    remedy: 'Leave the fields out.',
  },
  OSL107: {
    severity: 'error',
    rule: 'The calendar is at the port of HTTPS, 443.',
    cause:
      'The network policy of the notification service lets it reach port 443 alone, so it would never read the calendar.',
    remedy: 'Use an address without port.',
  },
  OSL108: {
    severity: 'error',
    rule: 'The region has every service that a deployment is made of.',
    cause: 'CodeCommit and Cognito user pools are not in all regions (schemas/aws-rules.json, regionsWithoutService).',
    remedy: 'Choose another region.',
  },
  OSL110: {
    severity: 'warning',
    rule: 'There is no list of people in S3.',
    cause: 'user_whitelist_bucket and user_whitelist_csv are fields of upstream’s file; the list is not read here.',
    remedy: 'Remove both fields; users.allowed_emails and users.allowed_email_domains restrict sign-up.',
  },
  OSL111: {
    severity: 'error',
    rule: 'ARNs name the deployment’s own account and region.',
    cause: 'An ARN was copied from another deployment. The load balancer and Cognito take only their own region’s.',
    remedy: 'Take the ARN from the account and region in the section aws.',
  },
  OSL112: {
    severity: 'error',
    rule: 'The second availability zone is another one than the first.',
    cause: 'EKS and the load balancer need subnets in two zones.',
    remedy: 'Choose another letter, or leave second_az_suffix out.',
  },
  OSL113: {
    severity: 'error',
    rule: 'deployment_url is https:// and a host, or `load balancer`.',
    cause:
      'Cognito sends users to this address with /hub/oauth_callback behind it, only over HTTPS and only if it is exactly the same.',
    remedy: 'Write https:// and the host in lower case, without path and without slash at the end.',
  },
  OSL114: {
    severity: 'error',
    rule: '`load balancer` as deployment_url needs a certificate.',
    cause:
      'Without certificate_arn the load balancer speaks plain HTTP, and Cognito refuses to send users to http addresses.',
    remedy: 'Set certificate_arn, or set deployment_url to the https address of what stands in front.',
  },
  OSL115: {
    severity: 'warning',
    rule: '`load balancer` as deployment_url is for a first try.',
    cause: 'No certificate covers the load balancer’s own name, so browsers warn every user.',
    remedy: 'Set deployment_url to an address that the certificate covers.',
  },
  OSL116: {
    severity: 'error',
    rule: 'The SES identity covers the administrator’s address.',
    cause:
      'Cognito sends from admin_email_address; SES allows that only for the identity’s address, or for addresses of its domain and subdomains.',
    remedy: 'Use an address of the identity’s domain, or the identity of the address.',
  },
  OSL117: {
    severity: 'error',
    rule: 'The region exists.',
    cause: 'The region is misspelt.',
    remedy: 'Correct it. If AWS opened it lately, refresh the table with scripts/reference-data/refresh-regions.ts.',
  },
  OSL118: {
    severity: 'warning',
    rule: 'The region is one that this release knows.',
    cause: 'AWS opens a few regions a year; this name could be one, or a mistake.',
    remedy: 'Check the name, or refresh the table with scripts/reference-data/refresh-regions.ts.',
  },
  OSL119: {
    severity: 'error',
    rule: 'user_whitelist_bucket and user_whitelist_csv come together.',
    cause: 'One of the two was forgotten; upstream then rendered the word None in its place.',
    remedy: 'Remove both fields; users.allowed_emails and users.allowed_email_domains restrict sign-up.',
  },
  OSL120: {
    severity: 'error',
    rule: 'A list in S3 does not stand in for allowed_emails.',
    cause:
      'The list is not read here, so with sign-up open anybody could get an account although the file says otherwise.',
    remedy:
      'List people in users.allowed_emails or domains in users.allowed_email_domains, or set users.sign_up to closed.',
  },
} as const satisfies Record<string, CodeEntry>;

/** OSL4xx: the versions that every deployment pins, in cluster/versions.yaml. */
export const versionCodes = {
  OSL401: {
    severity: 'warning',
    rule: 'No pinned version reaches the end of its support within 90 days.',
    cause: 'Time went by. EKS then upgrades clusters by itself or charges extended support; others stop fixing bugs.',
    remedy: 'Run node scripts/reference-data/refresh-versions.ts, take a newer version and try it on one deployment.',
  },
  OSL402: {
    severity: 'error',
    rule: 'Every pinned version is still supported.',
    cause: 'Its end of support has passed; new clusters may not be made with it any more.',
    remedy: 'Run node scripts/reference-data/refresh-versions.ts and take a newer version.',
  },
  OSL403: {
    severity: 'error',
    rule: 'The file of the versions can be read, and every end of support in it is a day.',
    cause: 'A version or day was changed by hand; without quotes YAML reads 1.30 as the number 1.3.',
    remedy: 'Write versions and days in quotes, days as year-month-day: "2027-08-02".',
  },
} as const satisfies Record<string, CodeEntry>;

/** OSL5xx: the AWS account, which is asked only by `validate --live`; a plan shows the same in its own table. */
export const accountCodes = {
  OSL501: {
    severity: 'error',
    rule: 'The account has what the deployment needs.',
    cause:
      'A certificate, a verified sender, a secret or machines are missing, or a name is taken; deploying would fail.',
    remedy: 'Make what is missing in the account, or change the declaration.',
  },
  OSL502: {
    severity: 'error',
    rule: 'The account can be asked.',
    cause:
      'There are no credentials, they expired, belong to another account or lack a permission, or AWS did not answer. What could not be checked is never taken for fine.',
    remedy: 'Run again with credentials of the account, such as a session of the role opensarlab-plan.',
  },
  OSL503: {
    severity: 'warning',
    rule: 'Nothing in the account limits the deployment.',
    cause: 'It can be deployed, but a quota, a tag that is not active or the SES sandbox will be noticed later.',
    remedy: 'Change it in the account when it matters.',
  },
} as const satisfies Record<string, CodeEntry>;
