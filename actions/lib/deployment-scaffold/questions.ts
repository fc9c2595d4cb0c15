/** What a question is about; also the key of its answer. */
export type QuestionKey =
  | 'account_id'
  | 'region'
  | 'az_suffix'
  | 'admin_user_name'
  | 'admin_email_address'
  | 'deployment_url'
  | 'certificate_arn'
  | 'admin_email_address_sns_arn'
  | 'cost_tag_key'
  | 'profiles'
  | 'spot'
  | 'sign_up'
  | 'allowed_email_domains'
  | 'nodes'
  | 'hosted_zone_id'
  | 'ical_url'
  | 'protected'
  | 'expires'
  | 'owner'
  | 'budget';

/** Answers as they were typed; lists are comma-separated, as GitHub's forms give them. */
export type Answers = Partial<Record<QuestionKey, string>>;

/** How the answer is written into the file. */
export type AnswerKind = 'text' | 'number' | 'list' | 'yes-no' | 'choice' | 'profiles';

/** One thing to know about a new deployment, for the command line, the terminal and the issue form alike. */
export type Question = {
  key: QuestionKey;
  /** Option of `opensarlab new`, without the hyphens. */
  flag: string;
  /** Prompt in a terminal, and heading in the issue form. */
  label: string;
  /** JSON pointer of the field it fills; findings there are about the answer. */
  path: string;
  kind: AnswerKind;
  choices?: readonly string[];
  /** Whether a terminal asks for it; all can be given as options. */
  asked: boolean;
  /** Without it and without a default there is no file. */
  required: boolean;
  /** What counts when nothing is answered. */
  fallback?: string;
};

type Rest = Partial<Pick<Question, 'choices' | 'asked' | 'required' | 'fallback'>>;

const question = (
  key: QuestionKey,
  flag: string,
  label: string,
  path: string,
  kind: AnswerKind,
  rest: Rest = {},
): Question => ({ key, flag, label, path, kind, asked: false, required: false, ...rest });

const needed = { asked: true, required: true } as const;
const asked = { asked: true } as const;

/** Every question, in the order in which a terminal asks them. */
export const questions: readonly Question[] = [
  question('account_id', 'account-id', 'AWS account number', '/aws/account_id', 'text', needed),
  question('region', 'region', 'AWS region', '/aws/region', 'text', { ...needed, fallback: 'us-west-2' }),
  question('az_suffix', 'az', 'Zone letter', '/parameters/az_suffix', 'text', { ...needed, fallback: 'a' }),
  question('admin_user_name', 'admin-user', 'Administrator user name', '/parameters/admin_user_name', 'text', needed),
  question(
    'admin_email_address',
    'admin-email',
    'Administrator e-mail',
    '/parameters/admin_email_address',
    'text',
    needed,
  ),
  question('deployment_url', 'url', 'Address of the hub', '/parameters/deployment_url', 'text', needed),
  question(
    'certificate_arn',
    'certificate-arn',
    'ARN of the certificate',
    '/parameters/certificate_arn',
    'text',
    asked,
  ),
  question(
    'admin_email_address_sns_arn',
    'ses-identity-arn',
    'ARN of the SES identity',
    '/parameters/admin_email_address_sns_arn',
    'text',
    asked,
  ),
  question('cost_tag_key', 'cost-tag-key', 'Cost allocation tag', '/parameters/cost_tag_key', 'text', {
    required: true,
    fallback: 'osl-billing',
  }),
  question('profiles', 'profiles', 'Profiles', '/profiles', 'profiles', asked),
  question('spot', 'spot', 'Spot machines for users', '/nodes', 'yes-no', { fallback: 'no' }),
  question('sign_up', 'sign-up', 'Sign-up', '/users/sign_up', 'choice', {
    asked: true,
    choices: ['closed', 'approval', 'open'],
    fallback: 'closed',
  }),
  question('allowed_email_domains', 'email-domains', 'Allowed e-mail domains', '/users/allowed_email_domains', 'list'),
  question('nodes', 'nodes', 'Subnets of the nodes', '/network/nodes', 'choice', {
    choices: ['private', 'public'],
    fallback: 'private',
  }),
  question('hosted_zone_id', 'hosted-zone-id', 'Route 53 zone', '/network/hosted_zone_id', 'text'),
  question('ical_url', 'ical-url', 'Notification calendar', '/parameters/ical_url', 'text'),
  question('protected', 'protected', 'Protected from teardown', '/protected', 'yes-no', { fallback: 'no' }),
  question('expires', 'expires', 'Day of expiry', '/expires', 'text'),
  question('owner', 'owner', 'Owner', '/owner', 'text'),
  question('budget', 'budget', 'Budget in USD a month', '/budget', 'number'),
];

/** The question that a field of the file answers, if any: findings at a field are about the answer. */
export function questionAt(path: string): Question | undefined {
  return questions.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
}
