import { childPointer } from '../json-pointer.ts';
import { nearMiss } from '../near-miss.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, type DeploymentDraft, entriesOf, repeated } from './check.ts';

type Statement = NonNullable<
  NonNullable<NonNullable<DeploymentDraft['service_accounts']>[number]>['permissions']
>[number];

/** All IAM statements, each with its place. */
function statementsOf({ service_accounts: accounts }: DeploymentDraft): { path: string; statement: Statement }[] {
  return entriesOf(accounts).flatMap(({ index, entry }) =>
    entriesOf(entry.permissions).map(({ index: place, entry: statement }) => {
      return { path: `/service_accounts/${index}/permissions/${place}`, statement };
    }),
  );
}

/** Operators of conditions (IAM user guide, "IAM JSON policy elements: Condition operators"). */
const operators: readonly string[] = [
  ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map((end) => `String${end}`),
  ...['Numeric', 'Date'].flatMap((start) =>
    ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (end) => `${start}${end}`,
    ),
  ),
  ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((end) => `Arn${end}`),
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'Null'],
];

const known = new Set(operators.map((operator) => operator.toLowerCase()));

/** An operator without what may stand around it: a set in front, `IfExists` behind. */
function bareOperator(operator: string): string {
  return operator.replace(/^(ForAllValues|ForAnyValue):/i, '').replace(/IfExists$/i, '');
}

const operatorsExist: Check = {
  code: 'OSL164',
  run(deployment) {
    return statementsOf(deployment).flatMap(({ path, statement }) =>
      Object.keys(statement?.Condition ?? {}).flatMap((operator) => {
        const bare = bareOperator(operator);
        if (known.has(bare.toLowerCase())) return [];
        const near = nearMiss(bare, operators);
        return [
          {
            path: childPointer(`${path}/Condition`, operator),
            part: 'key' as const,
            message: `IAM has no condition operator ${quoteValue(operator)}.`,
            ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
          },
        ];
      }),
    );
  },
};

const idsAreUnique: Check = {
  code: 'OSL165',
  run({ service_accounts: accounts }) {
    return entriesOf(accounts).flatMap(({ index, entry }) =>
      repeated(entry.permissions ?? [], (statement) => statement?.Sid).map(({ index: place, first, key }) => ({
        path: `/service_accounts/${index}/permissions/${place}/Sid`,
        message: `permissions[${first}] has the Sid ${quoteValue(key)} already.`,
      })),
    );
  },
};

/** Rules about the parts of IAM statements. */
export const statementChecks: readonly Check[] = [operatorsExist, idsAreUnique];
