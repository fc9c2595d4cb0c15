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
  | 'allowed_emails'
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
  /** What a person should know before answering, in a sentence without a full stop. */
  about: string;
  /** JSON pointer of the field it fills; findings there are about the answer. */
  path: string;
  kind: AnswerKind;
  choices?: readonly string[];
  /** Whether a terminal asks for it, given the answers so far; all can be given as options. */
  asked: (answers: Answers) => boolean;
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
  about: string,
  rest: Rest = {},
): Question => ({ key, flag, label, path, kind, about, asked: () => false, required: false, ...rest });

const asked = { asked: () => true } as const;
const needed = { ...asked, required: true } as const;

/** Where it is and whom it belongs to. */
const placeQuestions: readonly Question[] = [
  question(
    'account_id',
    'account-id',
    'AWS account number',
    '/aws/account_id',
    'text',
    '12 digits, as at the top right of the AWS console',
    needed,
  ),
  question(
    'region',
    'region',
    'AWS region',
    '/aws/region',
    'text',
    'Best the region of the data; cannot be changed later',
    { ...needed, fallback: 'us-west-2' },
  ),
  question(
    'az_suffix',
    'az',
    'Zone letter',
    '/parameters/az_suffix',
    'text',
    'Availability zone of nodes and home volumes; cannot be changed later',
    { ...needed, fallback: 'a' },
  ),
  question(
    'admin_user_name',
    'admin-user',
    'Administrator user name',
    '/parameters/admin_user_name',
    'text',
    'In lower case; the first account of the hub',
    needed,
  ),
  question(
    'admin_email_address',
    'admin-email',
    'Administrator e-mail',
    '/parameters/admin_email_address',
    'text',
    'Gets the invitation; with an SES identity it is also the sender of mails',
    needed,
  ),
];

/** The address of a hub without a host of its own. */
const loadBalancer = 'load balancer';

/** How users reach it. */
const addressQuestions: readonly Question[] = [
  question(
    'certificate_arn',
    'certificate-arn',
    'ARN of the certificate',
    '/parameters/certificate_arn',
    'text',
    'Of AWS Certificate Manager, in the same account and region; without one, a Route 53 zone proves a new one',
    asked,
  ),
  question(
    'deployment_url',
    'url',
    'Address of the hub',
    '/parameters/deployment_url',
    'text',
    'https:// and the host, or with a certificate also `load balancer`, for a first try without a host of your own',
    needed,
  ),
  question(
    'hosted_zone_id',
    'hosted-zone-id',
    'Route 53 zone',
    '/network/hosted_zone_id',
    'text',
    'Gets the DNS record of the address, and proves a certificate; without it, both are yours to make',
    { asked: ({ deployment_url: url }) => url !== loadBalancer },
  ),
  question(
    'admin_email_address_sns_arn',
    'ses-identity-arn',
    'ARN of the SES identity',
    '/parameters/admin_email_address_sns_arn',
    'text',
    'Covers the administrator’s address; without it Cognito sends the mails itself, about 50 a day',
    asked,
  ),
];

/** What users get, and who they are. */
const useQuestions: readonly Question[] = [
  question('profiles', 'profiles', 'Profiles', '/profiles', 'profiles', 'What users can start', asked),
  question('spot', 'spot', 'Spot machines for users', '/nodes', 'yes-no', 'Cheaper, but AWS may take them away', {
    fallback: 'no',
  }),
  question(
    'sign_up',
    'sign-up',
    'Sign-up',
    '/users/sign_up',
    'choice',
    'closed: administrators invite; approval: an administrator enables each account; open: anybody may start',
    { ...asked, choices: ['closed', 'approval', 'open'], fallback: 'closed' },
  ),
  question(
    'allowed_email_domains',
    'email-domains',
    'Allowed e-mail domains',
    '/users/allowed_email_domains',
    'list',
    'Whose people may sign up; without domains and addresses, everybody may',
  ),
  question(
    'allowed_emails',
    'emails',
    'Allowed e-mail addresses',
    '/users/allowed_emails',
    'list',
    'People who may sign up, beside those of the allowed domains',
  ),
  question('ical_url', 'ical-url', 'Notification calendar', '/parameters/ical_url', 'text', 'Address of an iCal feed'),
];

/** How it is kept and paid. */
const upkeepQuestions: readonly Question[] = [
  question(
    'cost_tag_key',
    'cost-tag-key',
    'Cost allocation tag',
    '/parameters/cost_tag_key',
    'text',
    'Key of the tag by which bills are split, the same for all deployments',
    { required: true, fallback: 'osl-billing' },
  ),
  question('nodes', 'nodes', 'Subnets of the nodes', '/network/nodes', 'choice', 'public saves the NAT gateway', {
    choices: ['private', 'public'],
    fallback: 'private',
  }),
  question('protected', 'protected', 'Protected from teardown', '/protected', 'yes-no', 'Refuses every teardown', {
    fallback: 'no',
  }),
  question('expires', 'expires', 'Day of expiry', '/expires', 'text', 'Year-month-day; validation warns afterwards'),
  question('owner', 'owner', 'Owner', '/owner', 'text', 'GitHub name or team with @, or an e-mail address'),
  question('budget', 'budget', 'Budget in USD a month', '/budget', 'number', 'The plan warns when more may be spent'),
];

/** Every question, in the order in which a terminal asks them. */
export const questions: readonly Question[] = [
  ...placeQuestions,
  ...addressQuestions,
  ...useQuestions,
  ...upkeepQuestions,
];

/** An option's value as the help shows it, e.g. `closed|approval|open`; undefined for options without one. */
export function answerForm({ kind, choices }: Question): string | undefined {
  if (kind === 'yes-no') return undefined;
  return choices?.join('|') ?? { list: 'A,B', profiles: 'A,B', number: 'N', text: 'TEXT', choice: 'TEXT' }[kind];
}

/** What counts without an answer, for people; `required` when there must be one. */
export function answerFallback({ kind, required, fallback }: Question): string {
  if (kind === 'profiles') return 'all of the example';
  return fallback ?? (required ? 'required' : 'none');
}

/** The question that a field of the file answers, if any: findings at a field are about the answer. */
export function questionAt(path: string): Question | undefined {
  return questions.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
}

/**
 * A function of one text that keeps its last result: an interview in a terminal makes the same file from the same example
 * after every answer. The result is shared and must not be changed.
 */
export function rememberLast<T>(compute: (text: string) => T): (text: string) => T {
  let last: { text: string; result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: compute(text) };
    return last.result;
  };
}
