import { type Check, type CheckFinding, entriesOf } from './check.ts';

const pairs = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

const statementsAreComplete: Check = {
  code: 'OSL158',
  run({ service_accounts: accounts }, { isUnknown }) {
    return entriesOf(accounts).flatMap(({ index, entry }) =>
      entriesOf(entry.permissions).flatMap(({ index: place, entry: statement }) =>
        pairs.flatMap(([plain, negated]): CheckFinding[] => {
          const path = `/service_accounts/${index}/permissions/${place}`;
          const both = statement[plain] !== undefined && statement[negated] !== undefined;
          if (both) {
            return [
              { path: `${path}/${negated}`, part: 'key', message: `A statement has ${plain} or ${negated}, not both.` },
            ];
          }
          const none = statement[plain] === undefined && statement[negated] === undefined;
          if (!none || isUnknown(`${path}/${plain}`) || isUnknown(`${path}/${negated}`)) return [];
          return [{ path, part: 'key', message: `The statement lacks ${plain} or ${negated}.` }];
        }),
      ),
    );
  },
};

/** Rules about IAM statements. */
export const permissionChecks: readonly Check[] = [statementsAreComplete];
