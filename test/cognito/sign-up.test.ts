import { describe, expect, it } from 'vitest';
import { deploymentOf, exampleText, exampleWith } from '../fixtures/example-deployment.ts';
import { cognitoTemplate, inlineCode, loadTrigger, triggerEvent } from './trigger-functions.ts';

const approval = deploymentOf(exampleWith(['sign_up: closed', 'sign_up: approval']));
const code = inlineCode(approval, 'SignUpFunction');

function signUp(lists: { domains?: string; emails?: string } = {}) {
  return loadTrigger(code, {
    ALLOWED_EMAIL_DOMAINS: lists.domains ?? '',
    ALLOWED_EMAILS: lists.emails ?? '',
    RESERVED_NAME: 'opensarlab-smoke',
  });
}

const form = (email: unknown, name = 'jdoe') =>
  triggerEvent('PreSignUp_SignUp', name, { email, email_verified: 'false', 'cognito:user_status': 'UNCONFIRMED' });

describe('addresses', () => {
  const restricted = () => signUp({ domains: 'x.org,example.edu', emails: 'a@y.org,b+lab@y.org' });

  it.each(['a@x.org', 'A@X.ORG', 'aa+b@example.edu', 'a@y.org', 'A@Y.org', 'b+lab@y.org'])(
    '%s may sign up',
    async (email) => {
      const event = form(email);
      expect(await restricted().handle(event)).toBe(event);
      // Neither confirmed nor verified by us: the code in the mail proves that the address is the user's.
      expect(event.response).toEqual({ autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false });
    },
  );

  it.each([
    ...['a@evilx.org', 'a@x.org.evil', 'a@sub.x.org', 'a@org', 'a@x.orgg', 'a@.x.org', 'a@x.org.', 'x.org', '@x.org'],
    ...['aa@y.org', 'a@y.org.evil', 'b@y.org', 'b+other@y.org', 'a@y.org,b@z.org', 'a@evil.org@x.org'],
    ...[' a@x.org', 'a@x.org ', 'a@x.org\n', 'a@ x.org', 'a\t@x.org', 'evil@z.org\u0000a@x.org'],
    ...['', ',', undefined, null],
    // Letters that look like others, and those that become others in lower case.
    ...['a@х.org', 'a@ex\u0430mple.edu', 'a@xn--x-7sb.org', 'a@x．org', 'a@x.org\u200b', '\u0410@x.org', 'ａ@y.org'],
  ])('%j may not', async (email) => {
    await expect(restricted().handle(form(email))).rejects.toThrow('Sign-up is limited to certain e-mail addresses.');
  });

  it('no letter turns into one of an allowed domain', async () => {
    const kit = signUp({ domains: 'kit.edu' });
    await kit.handle(form('a@KIT.edu'));
    await expect(kit.handle(form('a@\u212Ait.edu'))).rejects.toThrow('limited');
  });

  it('without lists any may sign up', async () => {
    await expect(signUp().handle(form('jürgen@beispiel.example'))).resolves.toBeDefined();
  });

  it('a list alone restricts to itself', async () => {
    const list = signUp({ emails: 'a@y.org' });
    await expect(list.handle(form('a@y.org'))).resolves.toBeDefined();
    await expect(list.handle(form('b@y.org'))).rejects.toThrow('limited');
  });
});

describe('user names', () => {
  it.each(['jdoe', 'JDoe', 'j.doe@x.org', 'a', '9lives', 'a'.repeat(63)])('%s is possible', async (name) => {
    await expect(signUp().handle(form('a@x.org', name))).resolves.toBeDefined();
  });

  // The hub lower-cases names: one that becomes another user's would be that user.
  it.each([
    '\u212Aim',
    'jdо\u0435',
    'ｊdoe',
    'j doe',
    '-jdoe',
    '',
    'a'.repeat(64),
    'jdoe\n',
    '<b>x</b>',
    '../x',
    'j,doe',
  ])('%j is not', async (name) => {
    await expect(signUp().handle(form('a@x.org', name))).rejects.toThrow('User names have up to 63 letters');
  });

  it.each(['opensarlab-smoke', 'OpenSARlab-Smoke-1', 'opensarlab-smoke-5'])('%s is the hub’s own', async (name) => {
    await expect(signUp().handle(form('a@x.org', name))).rejects.toThrow('User names');
  });
});

it('an administrator may invite anybody, other ways to sign up are refused', async () => {
  const { handle } = signUp({ domains: 'x.org' });
  const invited = triggerEvent('PreSignUp_AdminCreateUser', 'Guest 1', { email: 'guest@elsewhere.org' });
  expect(await handle(invited)).toBe(invited);
  for (const source of ['PreSignUp_ExternalProvider', 'PreSignUp_Other', '']) {
    await expect(handle(triggerEvent(source, 'jdoe', { email: 'a@x.org' })), source).rejects.toThrow('not offered');
  }
});

it('nothing is logged, and messages hold nothing of what was typed', async () => {
  const { handle, output, calls } = signUp({ domains: 'x.org' });
  for (const event of [form('secret@z.org'), form('a@x.org', 'secret name'), form('a@x.org')]) {
    expect(String(await handle(event).catch((error: Error) => error.message))).not.toContain('secret');
  }
  expect(output).toEqual([]);
  expect(calls).toEqual([]);
});

describe('the template', () => {
  it('refuses sign-ups by the pool itself when they are closed', () => {
    expect(cognitoTemplate(deploymentOf(exampleText)).Resources['UserPool']?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: { 'Fn::If': ['SignUpClosed', true, false] } },
      LambdaConfig: { 'Fn::If': ['SignUpPossible', expect.anything(), { Ref: 'AWS::NoValue' }] },
    });
  });

  it.each(['SignUpFunction', 'ApprovalFunction'] as const)(
    '%s fits inline, and has a log group that is declared',
    (id) => {
      // AWS::Lambda::Function, Code: inline code.
      expect(Buffer.byteLength(inlineCode(approval, id))).toBeLessThanOrEqual(4096);
      const { Resources } = cognitoTemplate(approval);
      expect(Resources[id]?.Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        LoggingConfig: { LogGroup: { Ref: 'SignUpLogGroup' } },
        Role: { 'Fn::GetAtt': [id.replace('Function', 'Role'), 'Arn'] },
      });
      expect(Resources['SignUpLogGroup']?.Properties).toMatchObject({ RetentionInDays: expect.anything() });
    },
  );

  it('passes the lists on', () => {
    expect(cognitoTemplate(approval).Resources['SignUpFunction']?.Properties).toMatchObject({
      Environment: {
        Variables: {
          ALLOWED_EMAIL_DOMAINS: { Ref: 'AllowedEmailDomains' },
          ALLOWED_EMAILS: { Ref: 'AllowedEmails' },
          RESERVED_NAME: 'opensarlab-smoke',
        },
      },
    });
  });
});
