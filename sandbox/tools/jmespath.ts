import { ToolError } from './run-tool.ts';

/** Turns a JSON value into another one. */
type Step = (value: unknown) => unknown;

/**
 * Compiles an expression of JMESPath (jmespath.org/specification.html). Known: fields, quoted fields, `.`, `[0]`, `[]`,
 * `[*]`, `[?field=='text']` with `==` and `!=`, `[a, b]`, and `|`. Everything else is refused, never guessed.
 * @throws ToolError
 */
export function compileJmesPath(expression: string): Step {
  const parser: Parser = { text: expression, position: 0 };
  const step = parsePipe(parser);
  skipSpace(parser);
  if (parser.position < expression.length) throw unsupported(parser);
  return step;
}

type Parser = { text: string; position: number };

const unsupported = ({ text, position }: Parser): ToolError =>
  new ToolError(`Bad value for --query ${text}: the sandbox does not know what stands at character ${position}`, 252);

function parsePipe(parser: Parser): Step {
  let step = parseChain(parser);
  while (take(parser, '|')) {
    const left = step;
    const right = parseChain(parser);
    step = (value) => right(left(value));
  }
  return step;
}

/** Fields and brackets; behind a projection the rest applies to each element. */
function parseChain(parser: Parser): Step {
  let step = startsBracket(parser) ? (value: unknown) => value : parseField(parser);
  for (;;) {
    if (takeFlatten(parser)) step = project(compose(step, flatten), parseRest(parser));
    else if (peek(parser) !== '.' && !startsBracket(parser)) return step;
    else step = parseNext(parser, step);
  }
}

/** What applies to each element of a projection; a `[]` further on takes the elements together again. */
function parseRest(parser: Parser): Step {
  let step: Step = (value) => value;
  while (!atFlatten(parser) && (startsBracket(parser) || peek(parser) === '.')) step = parseNext(parser, step);
  return step;
}

function parseNext(parser: Parser, step: Step): Step {
  if (take(parser, '.')) return compose(step, startsBracket(parser) ? parseMultiSelect(parser) : parseField(parser));
  const bracket = parseBracket(parser);
  const applied = compose(step, bracket.step);
  return bracket.projects ? project(applied, parseRest(parser)) : applied;
}

const atFlatten = (parser: Parser): boolean => /^\s*\[\s*\]/.test(parser.text.slice(parser.position));

function takeFlatten(parser: Parser): boolean {
  return atFlatten(parser) && take(parser, '[') && take(parser, ']');
}

const compose =
  (first: Step, second: Step): Step =>
  (value) =>
    second(first(value));

/** A projection leaves null out of its results. */
const project =
  (list: Step, each: Step): Step =>
  (value) => {
    const elements = list(value);
    return Array.isArray(elements) ? elements.map(each).filter((result) => result !== null) : null;
  };

function parseField(parser: Parser): Step {
  skipSpace(parser);
  const rest = parser.text.slice(parser.position);
  const match = /^(?:"([^"\\]*)"|([A-Za-z_]\w*)(?!\())/.exec(rest);
  if (!match) throw unsupported(parser);
  parser.position += match[0].length;
  const name = match[1] ?? match[2] ?? '';
  return (value) => (isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseBracket(parser: Parser): { projects: boolean; step: Step } {
  skipSpace(parser);
  const start = parser.position;
  expectText(parser, '[');
  if (take(parser, '*')) {
    expectText(parser, ']');
    return { projects: true, step: (value) => value };
  }
  if (take(parser, '?')) return { projects: true, step: parseFilter(parser) };
  const match = /^\s*(-?\d+)\s*\]/.exec(parser.text.slice(parser.position));
  if (match) {
    parser.position += match[0].length;
    return { projects: false, step: (value) => (Array.isArray(value) ? (value.at(Number(match[1])) ?? null) : null) };
  }
  parser.position = start;
  return { projects: false, step: parseMultiSelect(parser) };
}

const flatten: Step = (value) => (Array.isArray(value) ? value.flat(1) : null);

function parseFilter(parser: Parser): Step {
  const left = parseChain(parser);
  skipSpace(parser);
  const equal = take(parser, '==');
  if (!equal && !take(parser, '!=')) throw unsupported(parser);
  skipSpace(parser);
  const match = /^(?:'([^']*)'|`([^`]*)`)\s*\]/.exec(parser.text.slice(parser.position));
  if (!match) throw unsupported(parser);
  parser.position += match[0].length;
  const wanted: unknown = match[1] ?? literal(parser, match[2] ?? '');
  return (value) => (Array.isArray(value) ? value.filter((element) => (left(element) === wanted) === equal) : null);
}

function literal(parser: Parser, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unsupported(parser);
  }
}

function parseMultiSelect(parser: Parser): Step {
  expectText(parser, '[');
  const steps: Step[] = [];
  do steps.push(parseChain(parser));
  while (take(parser, ','));
  expectText(parser, ']');
  return (value) => (value === null ? null : steps.map((step) => step(value)));
}

function skipSpace(parser: Parser): void {
  while (parser.text[parser.position] === ' ') parser.position += 1;
}

function peek(parser: Parser): string | undefined {
  skipSpace(parser);
  return parser.text[parser.position];
}

const startsBracket = (parser: Parser): boolean => peek(parser) === '[';

function take(parser: Parser, text: string): boolean {
  skipSpace(parser);
  if (!parser.text.startsWith(text, parser.position)) return false;
  parser.position += text.length;
  return true;
}

function expectText(parser: Parser, text: string): void {
  if (!take(parser, text)) throw unsupported(parser);
}
