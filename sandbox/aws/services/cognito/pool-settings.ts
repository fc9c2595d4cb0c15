import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { sesState } from '../ses/ses-state.ts';

/** What UpdateUserPool can set, in the shapes of API_UpdateUserPool.html. */
export type PoolSettings = {
  DeletionProtection: 'ACTIVE' | 'INACTIVE';
  MfaConfiguration: 'OFF' | 'ON' | 'OPTIONAL';
  UserPoolTier: 'LITE' | 'ESSENTIALS' | 'PLUS';
  Policies: Record<string, unknown>;
  AdminCreateUserConfig: Record<string, unknown>;
  EmailConfiguration: Record<string, unknown>;
  VerificationMessageTemplate: Record<string, unknown>;
  AccountRecoverySetting: Record<string, unknown> | undefined;
  AutoVerifiedAttributes: string[];
  LambdaConfig: Record<string, unknown>;
  DeviceConfiguration: Record<string, unknown> | undefined;
  SmsConfiguration: Record<string, unknown> | undefined;
  UserAttributeUpdateSettings: Record<string, unknown> | undefined;
  UserPoolAddOns: Record<string, unknown> | undefined;
  EmailVerificationMessage: string | undefined;
  EmailVerificationSubject: string | undefined;
  SmsVerificationMessage: string | undefined;
  SmsAuthenticationMessage: string | undefined;
};

export const settingNames = [
  'DeletionProtection',
  'MfaConfiguration',
  'UserPoolTier',
  'Policies',
  'AdminCreateUserConfig',
  'EmailConfiguration',
  'VerificationMessageTemplate',
  'AccountRecoverySetting',
  'AutoVerifiedAttributes',
  'LambdaConfig',
  'DeviceConfiguration',
  'SmsConfiguration',
  'UserAttributeUpdateSettings',
  'UserPoolAddOns',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'SmsVerificationMessage',
  'SmsAuthenticationMessage',
] as const satisfies readonly (keyof PoolSettings)[];

/** Defaults of a new pool (API_CreateUserPool.html, API_PasswordPolicyType.html, API_AdminCreateUserConfigType.html). */
const defaults = (): PoolSettings => ({
  DeletionProtection: 'INACTIVE',
  MfaConfiguration: 'OFF',
  UserPoolTier: 'ESSENTIALS',
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
  },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
  AccountRecoverySetting: undefined,
  AutoVerifiedAttributes: [],
  LambdaConfig: {},
  DeviceConfiguration: undefined,
  SmsConfiguration: undefined,
  UserAttributeUpdateSettings: undefined,
  UserPoolAddOns: undefined,
  EmailVerificationMessage: undefined,
  EmailVerificationSubject: undefined,
  SmsVerificationMessage: undefined,
  SmsAuthenticationMessage: undefined,
});

/**
 * The settings a pool has after it was given these. "If you don't provide a value for an attribute, Amazon Cognito sets
 * it to its default value" (API_UpdateUserPool.html): what is missing is not kept.
 */
export function withDefaults(given: Partial<PoolSettings>): PoolSettings {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults(), ...Object.fromEntries(present) };
}

const FLAGS: readonly string[] = [
  'RequireUppercase',
  'RequireLowercase',
  'RequireNumbers',
  'RequireSymbols',
  'AllowAdminCreateUserOnly',
  'Mutable',
  'Required',
  'DeveloperOnlyAttribute',
];
const NUMBERS: readonly string[] = [
  'MinimumLength',
  'TemporaryPasswordValidityDays',
  'UnusedAccountValidityDays',
  'Priority',
];

/** Templates may write flags and numbers as text; the API answers with the real thing. */
export function typed(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => typed(each));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typed(each, key)]));
  }
  if (typeof value === 'string' && FLAGS.includes(name)) return value.toLowerCase() === 'true';
  return typeof value === 'string' && NUMBERS.includes(name) ? Number(value) : value;
}

/**
 * A pool sends from an identity of Amazon SES only when that is verified (developer guide, user-pool-email.html).
 * @throws AwsError InvalidParameterException
 */
export function checkSender(world: AwsWorld, { EmailConfiguration: sender }: PoolSettings): void {
  if (sender['EmailSendingAccount'] !== 'DEVELOPER') return;
  const [, region, identity] = /^arn:aws:ses:([^:]+):\d{12}:identity\/(.+)$/.exec(String(sender['SourceArn'])) ?? [];
  if (
    region !== undefined &&
    identity !== undefined &&
    world.state(sesState, region).identities.get(identity)?.verified
  )
    return;
  throw new AwsError('InvalidParameterException', 'Cognito is not allowed to use your email identity');
}
