import { quoteValue } from '../quote-value.ts';
import {
  convertText,
  drop,
  dropUnlessUnused,
  type FieldRule,
  type FieldRules,
  integersOf,
  isNothing,
  keepInteger,
  keepText,
  oneLine,
  renamed,
} from './field-rules.ts';
import { zoneLetter } from './rules-2022.ts';

const hubImage = drop('The hub’s image is built from cluster/jupyterhub/hub.');
const cryptnono = dropUnlessUnused('It was not used.', 'There is no cryptnono: nothing looks for miners in servers.');
const ofAMachine = drop('It was for the machine that deployed.');
const secret = 'Credentials do not belong in a file; it was left out, and its value is nowhere in the new one.';

/** Rules for variables of opensciencelab-cluster-v2. @param name the deployment's name, after any change */
export function environmentRules(name: string): FieldRules {
  const ownName: FieldRule = ({ text }) => {
    if (isNothing(text)) return {};
    if (text === name) return { to: 'parameters.cost_tag_value', value: name };
    const message = `${quoteValue(text)} is ${quoteValue(name)} now: it names the deployment’s folder and everything in AWS. What runs under the old name stays as it is.`;
    return { to: 'parameters.cost_tag_value', value: name, note: { kind: 'decision', message } };
  };
  return {
    COST_TAG_VALUE: ownName,
    LAB_SHORT_NAME: ownName,
    DEPLOY_PREFIX: ownName,
    COST_TAG_KEY: to('parameters.cost_tag_key', keepText),
    ADMIN_USERS: firstUser,
    AZ_LETTER: to('parameters.az_suffix', convertText(zoneLetter, 'only the letter of the zone.')),
    AWS_REGION: to('aws.region', keepText),
    AWS_DEFAULT_REGION: to('aws.region', keepText),
    AWS_ACCOUNT_NUMBER: to('aws.account_id', keepText),
    AWS_ACCOUNT_ID: to('aws.account_id', keepText),
    DAYS_TILL_VOLUME_DELETION: to('storage.days_till_volume_deletion', keepInteger),
    DAYS_TILL_SNAPSHOT_DELETION: to('storage.days_till_snapshot_deletion', keepInteger),
    SNAPSHOT_WARNING_DAYS: warningsBefore,
    SNAPSHOT_GRACEPERIOD_DAYS: drop('Nothing waits for it: snapshots stay until the teardown.'),
    VOLUME_CRON_SCHEDULE: drop('Nothing runs by a schedule: volumes and snapshots stay until the teardown.'),
    PORTAL_DOMAINS: dropUnlessUnused(
      'There was none.',
      'There is no Portal: users sign in through the deployment’s own user pool. Accounts of the Portal do not come along; invite the users, or open sign-up in users.sign_up.',
    ),
    ALLOWED_LAB_PROFILES: offered,
    AVAILABLE_LAB_PROFILES: offered,
    JUPYTER_HUB_IMAGE_PATH: hubImage,
    JUPYTER_HUB_IMAGE_TAG: hubImage,
    JUPYTER_HUB_DOCKER_TAG: hubImage,
    IS_CRYPTNONO_ENABLED: cryptnono,
    CRYPTNONO_ALERT_EMAIL: cryptnono,
    EXECWHACKER_CRON_IMAGE_PATH: cryptnono,
    EXECWHACKER_CRON_IMAGE_TAG: cryptnono,
    UI_IAM_ROLE: administrator,
    UI_IAM_USER: administrator,
    EKS_NODE_TYPE: dropUnlessUnused('It said nothing.', 'It was left out: name the type of machine in the nodes.'),
    AWS_PROFILE: ofAMachine,
    AWS_DEFAULT_PROFILE: ofAMachine,
    AWS_CLI_PATH: ofAMachine,
    SSO_SECRET_ARN: drop('There is no Portal, and so no secret to share with it.'),
    AWS_ACCESS_KEY_ID: drop(secret),
    AWS_SECRET_ACCESS_KEY: drop(secret),
    AWS_SESSION_TOKEN: drop(secret),
    GITHUB_TOKEN: drop(secret),
  };
}

/** The rule for a variable that is a field of a section now. */
function to(path: string, rule: FieldRule): FieldRule {
  const convert = renamed(path, rule);
  return (field) => {
    const outcome = convert(field);
    return outcome.to === undefined ? outcome : { ...outcome, to: path };
  };
}

const firstUser: FieldRule = ({ text }) => {
  const users = (text ?? '').split(',').map(oneLine).filter(Boolean);
  const [first] = users;
  if (isNothing(text) || first === undefined) return {};
  const value = first.toLowerCase();
  const others = users.slice(1).map((user) => quoteValue(user));
  const message = `It is parameters.admin_user_name ${quoteValue(value)} now.${others.length === 0 ? '' : ` A deployment has one administrator; left out: ${others.join(', ')}.`}`;
  return {
    to: 'parameters.admin_user_name',
    value,
    note: { kind: others.length === 0 ? 'changed' : 'decision', message },
  };
};

/** Kept until the day of the deletion is known: here days count from a server's stop, there back from the deletion. */
const warningsBefore: FieldRule = (field) => {
  const days = integersOf(field);
  if (days === undefined) {
    return { note: { kind: 'decision', message: `${quoteValue(field.text)} is no list of days; the default counts.` } };
  }
  return { to: 'storage.days_before_deletion', value: days };
};

const offered = dropUnlessUnused(
  'It said nothing.',
  'All profiles of the file are offered to the members of their groups: take out of the new file what was not in this list.',
);

const administrator = dropUnlessUnused(
  'It said nothing.',
  'It was left out: who may administer Kubernetes is named by ARN in aws.cluster_admin_arns.',
);
