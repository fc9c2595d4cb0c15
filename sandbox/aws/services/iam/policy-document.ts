import { AwsError } from '../../service.ts';
import { type Condition, readConditions } from './condition-block.ts';

/** What a policy is attached to; each kind allows and requires other elements. `resource`: to a bucket and the like. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

/** A list that an element and its `Not…` twin share. */
export type Selection = { values: string[]; negated: boolean };

export type Statement = {
  effect: 'Allow' | 'Deny';
  actions: Selection;
  /** Absent in trust policies. */
  resources: Selection | undefined;
  /** By type (`AWS`, `Service`, `Federated`), `*` for everybody; absent in identity policies. */
  principals: { byType: Record<string, string[]>; negated: boolean } | undefined;
  conditions: Condition[];
};

export type PolicyDocument = { statements: Statement[] };

const ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);
const syntaxError = (): AwsError => malformed('Syntax errors in policy.');

/**
 * Reads a policy document by the grammar of IAM userguide, reference_policies_grammar.html.
 * @param document JSON text, or the object itself as CloudFormation hands it over
 * @throws AwsError MalformedPolicyDocument
 */
export function readPolicyDocument(document: unknown, kind: PolicyKind): PolicyDocument {
  const { Version, Statement, Id, ...unknown } = asObject(typeof document === 'string' ? parse(document) : document);
  if (Object.keys(unknown).length > 0 || (Id !== undefined && typeof Id !== 'string')) throw syntaxError();
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') throw syntaxError();
  const statements = Array.isArray(Statement) ? (Statement as unknown[]) : [Statement];
  if (statements.length === 0) throw syntaxError();
  return { statements: statements.map((each) => readStatement(asObject(each), kind)) };
}

function readStatement(source: Record<string, unknown>, kind: PolicyKind): Statement {
  const unknown = Object.keys(source).find((element) => !ELEMENTS.has(element));
  if (unknown !== undefined) throw syntaxError();
  const { Effect, Sid } = source;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw syntaxError();
  // Resource policies may have spaces in it (IAM userguide, reference_policies_elements_sid.html).
  const sidPattern = kind === 'resource' ? /^.*$/s : /^[0-9A-Za-z]*$/;
  if (Sid !== undefined && !(typeof Sid === 'string' && sidPattern.test(Sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  const actions = readSelection(source, 'Action');
  if (!actions) throw malformed('Policy statement must contain actions.');
  checkActions(actions, kind);
  const resources = readSelection(source, 'Resource');
  if (kind === 'trust' && resources) throw malformed('Has prohibited field Resource');
  if (kind !== 'trust') checkResources(resources);
  return {
    effect: Effect,
    actions,
    resources,
    principals: readPrincipals(source, kind),
    conditions: readConditions(source['Condition']),
  };
}

function checkActions({ values }: Selection, kind: PolicyKind): void {
  for (const action of values) {
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    if (kind === 'trust' && !/^sts:/i.test(action)) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
}

function checkResources(resources: Selection | undefined): void {
  if (!resources) throw malformed('Policy statement must contain resources.');
  for (const resource of resources.values) {
    if (resource !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/s.test(resource)) {
      throw malformed(`Resource ${resource} must be in ARN format or "*".`);
    }
  }
}

function readPrincipals(source: Record<string, unknown>, kind: PolicyKind): Statement['principals'] {
  const negated = source['NotPrincipal'] !== undefined;
  const principal = source['Principal'] ?? source['NotPrincipal'];
  if (kind === 'identity') {
    if (principal !== undefined) throw malformed('Policy document should not specify a principal.');
    return undefined;
  }
  if (principal === undefined) throw malformed('Missing required field Principal');
  if (principal === '*') return { byType: { AWS: ['*'] }, negated };
  const byType = Object.fromEntries(
    Object.entries(asObject(principal)).map(([type, values]) => [type, readStrings(values)]),
  );
  for (const [type, values] of Object.entries(byType)) checkPrincipals(type, values);
  return { byType, negated };
}

/** The forms of IAM userguide, reference_policies_elements_principal.html. */
function checkPrincipals(type: string, values: string[]): void {
  const patterns: Record<string, RegExp> = {
    AWS: /^(\*|\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:.+)$/,
    Service: /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/,
    Federated: /^(arn:aws[\w-]*:iam::\d{12}:(oidc-provider|saml-provider)\/.+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/,
  };
  const pattern = patterns[type];
  if (!pattern) throw syntaxError();
  const invalid = values.find((value) => !pattern.test(value));
  if (invalid !== undefined) throw malformed(`Invalid principal in policy: "${type}":"${invalid}"`);
}

function readSelection(source: Record<string, unknown>, element: string): Selection | undefined {
  const [plain, negated] = [source[element], source[`Not${element}`]];
  if (plain !== undefined && negated !== undefined) throw syntaxError();
  const value = plain ?? negated;
  return value === undefined ? undefined : { values: readStrings(value), negated: negated !== undefined };
}

function readStrings(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every((each) => typeof each === 'string')) throw syntaxError();
  return values;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw syntaxError();
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}
