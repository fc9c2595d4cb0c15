import { describe, expect, it } from 'vitest';
import { deploymentOf, exampleWith } from '../fixtures/example-deployment.ts';
import { type Answer, cognitoTemplate, inlineCode, loadTrigger, triggerEvent } from './trigger-functions.ts';

const deployment = deploymentOf(exampleWith(['sign_up: closed', 'sign_up: approval']));
const code = inlineCode(deployment, 'ApprovalFunction');

function approval(answer: Answer = () => {}, administrator = 'admin@example.org') {
  return loadTrigger(code, { ADMINISTRATOR: administrator, DEPLOYMENT: 'sar-class' }, answer);
}

const confirmed = (userName = 'jdoe', attributes: Record<string, unknown> = {}) =>
  triggerEvent('PostConfirmation_ConfirmSignUp', userName, {
    sub: '5f1c0e9a-0000-4000-8000-000000000000',
    email: 'jdoe@example.edu',
    email_verified: 'true',
    'cognito:user_status': 'CONFIRMED',
    ...attributes,
  });

const failing =
  (command: string): Answer =>
  (call) => {
    if (call.command !== command) return;
    throw Object.assign(new Error('Email address is not verified: admin@example.org, jdoe'), {
      name: 'MessageRejected',
    });
  };

function mailOf({ calls }: ReturnType<typeof approval>) {
  const input = calls.find(({ command }) => command === 'SendEmail')?.input as {
    FromEmailAddress: string;
    Destination: object;
    Content: { Simple: { Subject: { Data: string }; Body: { Text: { Data: string }; Html?: unknown } } };
  };
  const { Subject, Body } = input.Content.Simple;
  return {
    from: input.FromEmailAddress,
    to: input.Destination,
    subject: Subject.Data,
    text: Body.Text.Data,
    body: Body,
  };
}

describe('a confirmed sign-up', () => {
  it('is disabled first, and then the administrator is told', async () => {
    const run = approval();
    const event = confirmed();
    expect(await run.handle(event)).toBe(event);
    expect(run.calls.map(({ command }) => command)).toEqual(['AdminDisableUser', 'SendEmail']);
    expect(run.calls[0]?.input).toEqual({ UserPoolId: 'us-west-2_EXAMPLE', Username: 'jdoe' });
    const { from, to, subject, text } = mailOf(run);
    expect({ from, to, subject }).toEqual({
      from: 'admin@example.org',
      to: { ToAddresses: ['admin@example.org'] },
      subject: 'OpenSARlab sar-class: a new account',
    });
    expect(text.split('\n')).toEqual([
      'A new account is disabled and waits for you. To admit it, enable it in the user pool.',
      '',
      'User pool: us-west-2_EXAMPLE',
      'User name: jdoe',
      'E-mail: jdoe@example.edu',
    ]);
    expect(run.output).toEqual([]);
  });

  it('without a sender is disabled all the same', async () => {
    const run = approval(undefined, '');
    await run.handle(confirmed());
    expect(run.calls.map(({ command }) => command)).toEqual(['AdminDisableUser']);
  });

  it.each([
    ['header lines', 'jdoe\r\nBcc: all@example.org\r\n\r\nHello'],
    ['a paragraph separator', 'jdoe\u2029E-mail: other@example.org'],
    ['markup', '<img src=x onerror=alert(1)>'],
    ['length', 'x'.repeat(5000)],
  ])('cannot change the mail by %s in what was typed', async (_, typed) => {
    const run = approval();
    await run.handle(confirmed(typed, { email: `${typed}@example.org` }));
    const { subject, text, to, body } = mailOf(run);
    expect(subject).toBe('OpenSARlab sar-class: a new account');
    expect(to).toEqual({ ToAddresses: ['admin@example.org'] });
    expect(text.split(/[\r\n\u2028\u2029]/)).toHaveLength(5);
    expect(text.length).toBeLessThan(1000);
    // Text only: nothing is rendered as HTML.
    expect(Object.keys(body)).toEqual(['Text']);
  });
});

describe('failures', () => {
  it('of the mail leave the account disabled and are told to the user and the log, without names or addresses', async () => {
    const run = approval(failing('SendEmail'));
    await expect(run.handle(confirmed())).rejects.toThrow('who could not be told');
    expect(run.calls[0]?.command).toBe('AdminDisableUser');
    expect(run.output.map((line) => JSON.parse(line) as unknown)).toEqual([
      { step: 'mail', user: '5f1c0e9a-0000-4000-8000-000000000000', error: 'MessageRejected' },
    ]);
    expect(run.output.join('')).not.toMatch(/jdoe|@/);
  });

  it('to disable are told to the administrator, the user and the log', async () => {
    const run = approval(failing('AdminDisableUser'));
    const error = await run.handle(confirmed()).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('could not be prepared');
    expect(String(error)).not.toMatch(/jdoe|@/);
    expect(mailOf(run).text).toContain('could not be disabled and MAY SIGN IN');
    expect(run.output).toHaveLength(1);
    expect(run.output.join('')).not.toMatch(/jdoe|@/);
  });
});

it('a forgotten password disables nobody', async () => {
  const run = approval();
  const event = triggerEvent('PostConfirmation_ConfirmForgotPassword', 'jdoe', { email: 'jdoe@example.edu' });
  expect(await run.handle(event)).toBe(event);
  expect(run.calls).toEqual([]);
});

describe('permissions', () => {
  const { Resources } = cognitoTemplate(deployment);
  const actionsOf = (policies: unknown): string[] =>
    [...JSON.stringify(policies).matchAll(/"([a-z-]+:[A-Za-z]+)"/g)]
      .flatMap(([, action]) => action ?? [])
      .filter((action) => !action.startsWith('sts:') && !action.includes('FromAddress'));

  it('are those of the calls: nothing but logs for the check of sign-ups', () => {
    expect(actionsOf(Resources['SignUpRole']?.Properties['Policies'])).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    expect(inlineCode(deployment, 'SignUpFunction')).not.toContain('require(');
  });

  it('and to disable in this pool, and to mail as the administrator, for the approval', () => {
    const used = [...code.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name).sort();
    expect(used).toEqual(['AdminDisableUser', 'SendEmail']);
    const own = Resources['ApprovalPolicy']?.Properties;
    expect(own).toMatchObject({ RoleName: { Ref: 'ApprovalRole' } });
    expect(actionsOf([Resources['ApprovalRole']?.Properties['Policies'], own?.['PolicyDocument']])).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'ses:SendEmail',
      'cognito-idp:AdminDisableUser',
    ]);
    expect(JSON.stringify(own)).toContain('{"Fn::GetAtt":["UserPool","Arn"]}');
  });

  it('exist only where accounts are approved', () => {
    for (const id of ['ApprovalFunction', 'ApprovalRole', 'ApprovalPolicy', 'ApprovalPermission']) {
      expect(Resources[id]?.Condition, id).toBe('SignUpNeedsApproval');
    }
  });
});
