import { validationError } from './validation-error.ts';

const variable = /\$\{(!?)([^}]*)\}/g;

/**
 * Fills in the variables of an `Fn::Sub` text; `${!Literal}` stays as `${Literal}`:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function substitute(text: string, replacement: (name: string) => string): string {
  return text.replace(variable, (_whole, literal: string, name: string) =>
    literal === '!' ? `\${${name}}` : replacement(checked(name)),
  );
}

/** The variables an `Fn::Sub` text names. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(variable)].filter((match) => match[1] !== '!').map((match) => checked(match[2] ?? ''));
}

function checked(name: string): string {
  const trimmed = name.trim();
  if (/^[A-Za-z0-9_.:]+$/.test(trimmed)) return trimmed;
  throw validationError(
    'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
  );
}
