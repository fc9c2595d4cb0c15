import { randomInt } from 'node:crypto';
import { AwsError } from '../../service.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const NUMBERS = '0123456789';
/** API_GetRandomPassword.html, ExcludePunctuation */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** `GenerateSecretString` of AWS::SecretsManager::Secret. */
export type PasswordSettings = {
  PasswordLength?: unknown;
  ExcludeCharacters?: unknown;
  ExcludeLowercase?: unknown;
  ExcludeUppercase?: unknown;
  ExcludeNumbers?: unknown;
  ExcludePunctuation?: unknown;
  IncludeSpace?: unknown;
  RequireEachIncludedType?: unknown;
  SecretStringTemplate?: unknown;
  GenerateStringKey?: unknown;
};

const isTrue = (value: unknown): boolean => String(value) === 'true';

/**
 * The secret text that CloudFormation generates: a password, or a JSON object that has it under a key
 * (AWS::SecretsManager::Secret GenerateSecretString).
 * @throws AwsError InvalidParameterException when no characters are left, or only one of template and key is given
 */
export function generateSecretText(settings: PasswordSettings): string {
  const password = generatePassword(settings);
  const { SecretStringTemplate: template, GenerateStringKey: key } = settings;
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new AwsError('InvalidParameterException', 'SecretStringTemplate and GenerateStringKey go together.');
  }
  return JSON.stringify({ ...parseTemplate(String(template)), [String(key)]: password });
}

function parseTemplate(template: string): object {
  try {
    const value: unknown = JSON.parse(template);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError('InvalidParameterException', 'SecretStringTemplate must be a JSON object.');
}

function generatePassword(settings: PasswordSettings): string {
  const excluded = String(settings.ExcludeCharacters ?? '');
  const classes = [
    isTrue(settings.ExcludeLowercase) ? '' : LOWER,
    isTrue(settings.ExcludeUppercase) ? '' : UPPER,
    isTrue(settings.ExcludeNumbers) ? '' : NUMBERS,
    isTrue(settings.ExcludePunctuation) ? '' : PUNCTUATION,
    isTrue(settings.IncludeSpace) ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((char) => !excluded.includes(char)))
    .filter((characters) => characters.length > 0);
  const length = Number(settings.PasswordLength ?? 32);
  const required = settings.RequireEachIncludedType === undefined || isTrue(settings.RequireEachIncludedType);
  if (classes.length === 0 || !(length >= 1 && length <= 4096) || (required && length < classes.length)) {
    throw new AwsError('InvalidParameterException', 'A password cannot be generated with these settings.');
  }
  const all = classes.flat();
  const password = (required ? classes : []).map(pick);
  while (password.length < length) password.push(pick(all));
  return shuffle(password).join('');
}

const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? '';

function shuffle(characters: string[]): string[] {
  return characters
    .map((char) => ({ char, order: randomInt(2 ** 32) }))
    .sort((one, other) => one.order - other.order)
    .map(({ char }) => char);
}
