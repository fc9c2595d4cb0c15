import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { fromData, isTruthy, toData, type Value } from './value.ts';

/** The contexts of docs.github.com/en/actions/reference/workflows-and-actions/contexts, all that exist. */
const CONTEXT_NAMES = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
] as const;
export type ContextName = (typeof CONTEXT_NAMES)[number];

/** success(), failure(), cancelled(), always(), each with the job ids it was given; hashFiles() with its patterns. */
export type ScopeFunctions = {
  success?: (names: string[]) => boolean;
  failure?: (names: string[]) => boolean;
  cancelled?: () => boolean;
  always?: () => boolean;
  hashFiles?: (patterns: string[]) => string;
};

/** What an expression can see. A context that is absent reads as null, as it does on GitHub. */
export type Scope = {
  contexts: Partial<Record<ContextName, Value | data.ExpressionData>>;
  functions?: ScopeFunctions;
};

/** An expression that cannot be read or computed. The message names the expression. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure';
}

const EXTENSIONS = ['success', 'failure', 'cancelled', 'always', 'hashFiles'].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 255,
}));

const parsed = new Map<string, Expr>();

/**
 * The value of an expression, without `${{ }}` around it.
 * Syntax and functions: docs.github.com/en/actions/reference/workflows-and-actions/expressions
 * @throws ExpressionFailure
 */
export function evaluateExpression(expression: string, scope: Scope): Value {
  try {
    const tree = parseExpression(expression);
    return fromData(new Evaluator(tree, contextDictionary(scope), functionMap(scope.functions ?? {})).evaluate());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const reason = error instanceof Error ? `${error.message}${cause}` : String(error);
    throw new ExpressionFailure(`The expression \`${expression}\` cannot be evaluated: ${reason}`, { cause: error });
  }
}

/** The condition of a job or step; see `evaluateExpression`. */
export function evaluateCondition(condition: string, scope: Scope): boolean {
  return isTruthy(evaluateExpression(condition, scope));
}

function parseExpression(expression: string): Expr {
  const known = parsed.get(expression);
  if (known) return known;
  const tree = new Parser(new Lexer(expression).lex().tokens, [...CONTEXT_NAMES], EXTENSIONS).parse();
  parsed.set(expression, tree);
  return tree;
}

function contextDictionary(scope: Scope): data.Dictionary {
  const dictionary = new data.Dictionary();
  for (const name of CONTEXT_NAMES) {
    const value = scope.contexts[name] ?? null;
    dictionary.add(name, isData(value) ? value : toData(value));
  }
  return dictionary;
}

function isData(value: Value | data.ExpressionData): value is data.ExpressionData {
  return (
    value instanceof data.Dictionary ||
    value instanceof data.Array ||
    value instanceof data.StringData ||
    value instanceof data.NumberData ||
    value instanceof data.BooleanData ||
    value instanceof data.Null
  );
}

function functionMap(functions: ScopeFunctions): Map<string, FunctionDefinition> {
  const define = (
    name: string,
    implementation: ((args: string[]) => Value) | undefined,
  ): [string, FunctionDefinition] => [
    name.toLowerCase(),
    {
      name,
      minArgs: 0,
      maxArgs: 255,
      call: (...args) => {
        if (!implementation) throw new Error(`${name}() is not available here`);
        return toData(implementation(args.map((arg) => arg.coerceString())));
      },
    },
  ];
  return new Map([
    define('success', functions.success),
    define('failure', functions.failure),
    define('cancelled', functions.cancelled),
    define('always', functions.always),
    define('hashFiles', functions.hashFiles),
  ]);
}
