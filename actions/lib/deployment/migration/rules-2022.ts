import { quoteValue } from '../quote-value.ts';
import {
  convertText,
  drop,
  dropUnlessUnused,
  type FieldRule,
  type FieldRules,
  isNothing,
  keepText,
  oneLine,
  renamed,
} from './field-rules.ts';

const injected = 'Upstream’s pipeline wrote it into the file at every run; stacks know their own resources.';
const ownNetwork = 'The deployment has its own VPC and subnets.';
const ownPool = dropUnlessUnused(
  'It said nothing.',
  'The deployment makes a user pool of its own. Accounts of the old one do not come along: invite the users, or open sign-up in users.sign_up.',
);
const dockerHub = dropUnlessUnused(
  'It said nothing.',
  'Credentials do not belong in a file; it was left out. Builds that start from Docker Hub read the secret dockerhub/creds in the deployment’s region. Change a password that stood in a repository.',
);
const whitelist =
  'Lists of users in a bucket are not read. Sign-ups wait for approval, as upstream’s did; to narrow them down, put its addresses into users.allowed_emails.';

/** Rules for `parameters` of files from 2021 to 2023. @param name the deployment's name, after any change */
export function parameterRules2022(name: string): FieldRules {
  return {
    cost_tag_key: keepText,
    cost_tag_value: convertText(
      () => name,
      'it names the deployment’s folder and everything in AWS. What runs under the old name stays as it is.',
      'decision',
    ),
    admin_user_name: convertText((text) => text.toLowerCase(), 'JupyterHub writes user names in lower case.'),
    certificate_arn: keepText,
    container_namespace: containerNamespace(name),
    az_suffix: zone,
    az_postfix: renamed('az_suffix', zone),
    code_commit_repo_name: drop(`The repositories are always called ${name}-container and ${name}-cluster.`),
    code_commit_branch_name: drop('The pipelines always build the branch main.'),
    admin_email_address: keepText,
    admin_email_address_sns_arn: keepText,
    oauth_pool_name: ownPool,
    oauth_dns_name: ownPool,
    dockerhub_username: dockerHub,
    dockerhub_password: dockerHub,
    deployment_url: deploymentUrl,
    ical_url: convertText(
      (text) => text.replace(/^(?:http|webcal):\/\//i, 'https://'),
      'calendars are read over HTTPS only.',
    ),
    user_whitelist_bucket: dropUnlessUnused('There was none.', whitelist),
    user_whitelist_csv: dropUnlessUnused('There was none.', whitelist),
    ...injectedRules,
  };
}

/** What upstream's pipeline wrote into the file; once in a section `others`. */
export const injectedRules: FieldRules = {
  vpc_id: drop(ownNetwork),
  active_subnets: drop(ownNetwork),
  all_subnets: drop(ownNetwork),
  lambda_email_zip: drop(injected),
  lambda_email_base: drop(injected),
};

const zone: FieldRule = (field) => convertText(zoneLetter, 'only the letter of the zone.')(field);

/** The hub's address: HTTPS, no slash at the end, `load balancer` in lower case. */
export const deploymentUrl: FieldRule = (field) => {
  const rule = convertText(hubAddress, 'addresses are https:// and a host, without anything behind it.');
  return { ...rule(field), ...(isNothing(field.text) ? {} : { to: 'parameters.deployment_url' }) };
};

function hubAddress(text: string): string {
  if (oneLine(text).toLowerCase() === 'load balancer') return 'load balancer';
  const host = text.replace(/^[a-z]+:\/\//i, '').replace(/[/?#].*/s, '');
  return `https://${host.toLowerCase()}`;
}

/** `us-west-2a` and `A` are `a`. */
export function zoneLetter(text: string): string {
  return (/([a-z])$/i.exec(text)?.[1] ?? text).toLowerCase();
}

function containerNamespace(name: string): FieldRule {
  return ({ text }) => {
    const own = `${name}-container`;
    if (isNothing(text) || text === own) return { note: { kind: 'dropped', message: `It is always ${own}.` } };
    return {
      note: {
        kind: 'decision',
        message: `The namespace is always ${own}: images under ${quoteValue(text)} are built anew from images/, or copied there.`,
      },
    };
  };
}
