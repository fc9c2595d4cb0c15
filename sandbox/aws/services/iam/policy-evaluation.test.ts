import { assert, constantFrom, property, record, string, subarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConditions } from './condition-block.ts';
import { readPolicyDocument } from './policy-document.ts';
import { conditionHolds, evaluatePolicies, type RequestContext } from './policy-evaluation.ts';
import { wildcardMatch } from './wildcard.ts';

type Statement = Record<string, unknown>;

const decide = (statements: Statement[], action: string, resource?: string, context: RequestContext = {}): string =>
  evaluatePolicies([readPolicyDocument({ Version: '2012-10-17', Statement: statements }, 'identity')], {
    ...{ action, resource, context },
  });

const allow = (Action: unknown, Resource: unknown = '*', more: Statement = {}): Statement => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
});

describe('the decision', () => {
  it('denies what nothing allows, and what anything denies', () => {
    const statements = [allow('s3:*'), { Effect: 'Deny', Action: 's3:Delete*', Resource: '*' }];
    expect(decide(statements, 's3:GetObject')).toBe('allowed');
    expect(decide(statements, 's3:DeleteBucket')).toBe('explicit-deny');
    expect(decide(statements, 'ec2:DescribeVpcs')).toBe('implicit-deny');
  });

  it('compares actions without case, and resources with', () => {
    expect(decide([allow('S3:getobject', 'arn:aws:s3:::Bucket/*')], 's3:GetObject', 'arn:aws:s3:::Bucket/a/b')).toBe(
      'allowed',
    );
    expect(decide([allow('s3:GetObject', 'arn:aws:s3:::Bucket/*')], 's3:GetObject', 'arn:aws:s3:::bucket/a')).toBe(
      'implicit-deny',
    );
  });

  it('understands NotAction, NotResource and policy variables', () => {
    expect(decide([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'iam:GetRole')).toBe('implicit-deny');
    expect(decide([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'ec2:RunInstances')).toBe('allowed');
    const notSecret = [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' }];
    expect(decide(notSecret, 's3:GetObject', 'arn:aws:s3:::secret/a')).toBe('implicit-deny');
    const own = [allow('s3:*', `arn:aws:s3:::home/\${aws:PrincipalTag/team}/*`)];
    expect(decide(own, 's3:GetObject', 'arn:aws:s3:::home/sar/a', { 'aws:principaltag/team': 'sar' })).toBe('allowed');
    expect(decide(own, 's3:GetObject', 'arn:aws:s3:::home/sar/a')).toBe('implicit-deny');
  });

  it('does not deny for a resource it does not know', () => {
    const statements = [allow('s3:*'), { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::secret' }];
    expect(decide(statements, 's3:GetObject')).toBe('allowed');
  });

  it('never allows what a Deny on the same action and resource covers', () => {
    const action = constantFrom('s3:GetObject', 's3:PutObject', 'ec2:RunInstances', 'iam:GetRole');
    const pattern = constantFrom('*', 's3:*', 's3:Get*', 'ec2:*', 'iam:GetRole');
    const statement = record({ Effect: constantFrom('Allow', 'Deny'), Action: pattern, Resource: constantFrom('*') });
    assert(
      property(subarray([0, 1, 2, 3]), action, statement, statement, (order, wanted, one, other) => {
        const statements = [one, other, ...order.map(() => one)];
        const denied = statements.some((each) => each.Effect === 'Deny' && wildcardMatch(each.Action, wanted));
        const decision = decide(statements, wanted);
        if (denied) expect(decision).toBe('explicit-deny');
        else
          expect(decision).toBe(
            statements.some((each) => wildcardMatch(each.Action, wanted)) ? 'allowed' : 'implicit-deny',
          );
      }),
    );
  });
});

describe('conditions', () => {
  const holds = (block: object, context: RequestContext): boolean =>
    readConditions(block).every((condition) => conditionHolds(condition, context));

  it.each([
    [{ StringEquals: { 'a:b': 'x' } }, { 'A:B': 'x' }, true],
    [{ StringEquals: { 'a:b': ['x', 'y'] } }, { 'a:b': 'y' }, true],
    [{ StringEquals: { 'a:b': 'x' } }, {}, false],
    [{ StringNotEquals: { 'a:b': ['x', 'y'] } }, { 'a:b': 'y' }, false],
    [{ StringNotEquals: { 'a:b': 'x' } }, {}, true],
    [{ StringEqualsIfExists: { 'a:b': 'x' } }, {}, true],
    [{ StringEqualsIfExists: { 'a:b': 'x' } }, { 'a:b': 'y' }, false],
    [{ StringEqualsIgnoreCase: { 'a:b': 'X' } }, { 'a:b': 'x' }, true],
    [{ NumericLessThanEquals: { 'a:b': 10 } }, { 'a:b': '10' }, true],
    [{ NumericGreaterThan: { 'a:b': '9' } }, { 'a:b': '10' }, true],
    [
      { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-06-01T00:00:00Z' },
      true,
    ],
    [{ DateLessThan: { 'aws:EpochTime': 10 } }, { 'aws:EpochTime': '11' }, false],
    [{ Bool: { 'a:b': true } }, { 'a:b': 'True' }, true],
    [{ Null: { 'a:b': true } }, {}, true],
    [{ Null: { 'a:b': 'false' } }, {}, false],
    [{ ArnLike: { 'a:b': 'arn:aws:iam::*:role/x-*' } }, { 'a:b': 'arn:aws:iam::1:role/x-y' }, true],
    [{ ArnLike: { 'a:b': 'arn:aws:*:role/x' } }, { 'a:b': 'arn:aws:iam::1:role/x' }, false],
    [{ 'ForAnyValue:StringEquals': { 'a:b': ['x'] } }, { 'a:b': ['y', 'x'] }, true],
    [{ 'ForAllValues:StringEquals': { 'a:b': ['x'] } }, { 'a:b': ['y', 'x'] }, false],
    [{ 'ForAllValues:StringEquals': { 'a:b': ['x'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { 'a:b': ['x'] } }, {}, false],
  ])('%j on %j is %s', (block, context, expected) => {
    expect(holds(block, context as RequestContext)).toBe(expected);
  });
});

describe('wildcards', () => {
  it('match like the regular expression they stand for', () => {
    const text = string({ unit: constantFrom('a', 'b', '/', '*', '?', '.'), maxLength: 8 });
    assert(
      property(text, text, (pattern, value) => {
        const expression = pattern
          .replace(/[.\\/]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.');
        expect(wildcardMatch(pattern, value)).toBe(new RegExp(`^${expression}$`, 's').test(value));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a malformed document', () => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  it.each([
    ['{', 'This policy contains invalid Json'],
    [{ Statement: [] }, 'Syntax errors in policy.'],
    [{ Version: '2012-10-18', Statement: statement }, 'Syntax errors in policy.'],
    [{ Statement: { ...statement, Actions: 'x' } }, 'Syntax errors in policy.'],
    [{ Statement: { ...statement, Sid: 'a-b' } }, /must be alpha-numeric/],
    [{ Statement: { ...statement, Action: 'GetObject' } }, /must be prefaced by a vendor/],
    [{ Statement: { ...statement, Resource: 'bucket' } }, /must be in ARN format/],
    [{ Statement: { Effect: 'Allow', Action: 's3:*' } }, 'Policy statement must contain resources.'],
    [{ Statement: { ...statement, Principal: '*' } }, 'Policy document should not specify a principal.'],
    [{ Statement: { ...statement, Condition: { StringIs: { a: 'b' } } } }, /Invalid Condition type : StringIs/],
  ])('is refused: %j', (document, message) => {
    expect(() => readPolicyDocument(document, 'identity')).toThrow(
      expect.objectContaining({
        code: 'MalformedPolicyDocument',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });

  it.each([
    [{ Effect: 'Allow', Action: 'sts:AssumeRole' }, 'Missing required field Principal'],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*', Resource: '*' }, 'Has prohibited field Resource'],
    [{ Effect: 'Allow', Action: 's3:*', Principal: '*' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
    [
      { Effect: 'Allow', Action: 'sts:*', Principal: { Service: 'ec2' } },
      'Invalid principal in policy: "Service":"ec2"',
    ],
  ])('of trust is refused: %j', (trust, message) => {
    expect(() => readPolicyDocument({ Statement: trust }, 'trust')).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument', message }),
    );
  });
});
