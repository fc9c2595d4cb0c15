import type { PolicyDocument } from './policy-document.ts';

/**
 * Keys that make a statement for everybody one for somebody, when they have fixed values
 * (AmazonS3 userguide, access-control-block-public-access.html, "The meaning of public").
 */
const NARROWING: ReadonlySet<string> = new Set(
  [
    ...['aws:SourceArn', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceOwner', 'aws:SourceAccount', 'aws:userid'],
    ...[
      'aws:PrincipalArn',
      'aws:PrincipalAccount',
      'aws:PrincipalOrgID',
      'aws:PrincipalOrgPaths',
      's3:DataAccessPointArn',
    ],
    ...['s3:DataAccessPointAccount', 'aws:SourceIp'],
  ].map((key) => key.toLowerCase()),
);
const FIXING = /^(String|Arn)(Equals|Like|EqualsIgnoreCase)$/;

/** Whether a resource policy grants something to the whole world. */
export function isPublicPolicy({ statements }: PolicyDocument): boolean {
  return statements.some(({ effect, principals, conditions }) => {
    const everybody = principals?.negated || principals?.byType['AWS']?.includes('*');
    const narrowed = conditions.some(
      ({ operator, ifExists, key, values }) =>
        FIXING.test(operator) &&
        !ifExists &&
        NARROWING.has(key.toLowerCase()) &&
        values.every((value) => value !== '*' && !value.includes('${')),
    );
    return effect === 'Allow' && everybody === true && !narrowed;
  });
}
