import {
  BasicExpressionToken,
  BooleanToken,
  InsertExpressionToken,
  MappingToken,
  NumberToken,
  SequenceToken,
  StringToken,
  type TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
import { ExpressionFailure, evaluateExpression, type Scope } from './expression.ts';
import { asText, isRecord, type Value } from './value.ts';

/**
 * The value of a part of a workflow file, with every expression in it computed.
 * `${{ insert }}: ${{ … }}` as a key adds the entries of an object, as GitHub's template language does.
 * @throws ExpressionFailure
 */
export function evaluateToken(token: TemplateToken, scope: Scope): Value {
  if (token instanceof BasicExpressionToken) return evaluateExpression(token.expression, scope);
  if (token instanceof StringToken || token instanceof NumberToken || token instanceof BooleanToken) return token.value;
  if (token instanceof SequenceToken) return [...token].map((item) => evaluateToken(item, scope));
  if (token instanceof MappingToken) return Object.fromEntries(evaluateEntries(token, scope));
  return null;
}

/** The value as a string, e.g. of an environment variable. */
export function evaluateText(token: TemplateToken, scope: Scope): string {
  return asText(evaluateToken(token, scope));
}

/** A mapping of strings, e.g. `env:`, `with:` or `outputs:`, in the order of the file. */
export function evaluateTexts(token: TemplateToken | undefined, scope: Scope): Record<string, string> {
  if (!token) return {};
  const value = evaluateToken(token, scope);
  if (!isRecord(value)) throw new ExpressionFailure('A mapping was expected.');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
}

/**
 * A number, e.g. `timeout-minutes:`.
 * @param fallback for an absent setting
 * @throws ExpressionFailure when the value is no number
 */
export function evaluateNumber(token: TemplateToken | undefined, scope: Scope, fallback: number): number {
  if (!token) return fallback;
  const value = evaluateToken(token, scope);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) {
    throw new ExpressionFailure(`A number was expected, not '${asText(value)}'.`);
  }
  return number;
}

/**
 * A boolean, e.g. `continue-on-error:`; absent is false.
 * @throws ExpressionFailure when the value is neither true nor false
 */
export function evaluateBoolean(token: TemplateToken | undefined, scope: Scope, fallback = false): boolean {
  if (!token) return fallback;
  const value = evaluateToken(token, scope);
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new ExpressionFailure(`A boolean was expected, not '${asText(value)}'.`);
}

/** The entries of a mapping by name; none for what is no mapping (an expression, an absent setting). */
export function entriesOf(token: TemplateToken | undefined): Map<string, TemplateToken> {
  const entries = new Map<string, TemplateToken>();
  if (!(token instanceof MappingToken)) return entries;
  for (const { key, value } of token) entries.set(key.toString(), value);
  return entries;
}

function evaluateEntries(token: MappingToken, scope: Scope): [string, Value][] {
  return [...token].flatMap(({ key, value }): [string, Value][] => {
    const item = evaluateToken(value, scope);
    if (!(key instanceof InsertExpressionToken)) return [[evaluateText(key, scope), item]];
    if (!isRecord(item)) throw new ExpressionFailure('The value of an insert directive must be an object.');
    return Object.entries(item);
  });
}
