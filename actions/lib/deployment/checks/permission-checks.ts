import { namesFor } from '../names.ts';
import { quoteValue } from '../quote-value.ts';
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

/**
 * Service accounts that the users' namespace has anyway: `default`, which Kubernetes gives to every pod that names none, and
 * those that the JupyterHub chart makes.
 */
const takenNames: readonly string[] = ['autohttps', 'default', 'hook-image-awaiter', 'hub', 'user-scheduler'];

const namesAreFree: Check = {
  code: 'OSL159',
  run({ service_accounts: accounts }) {
    return entriesOf(accounts)
      .filter(({ entry: { name } }) => name !== undefined && takenNames.includes(name))
      .map(({ index, entry: { name = '' } }) => ({
        path: `/service_accounts/${index}/name`,
        message: `A service account ${quoteValue(name)} exists in the cluster anyway.`,
      }));
  },
};

const roleNamesFit: Check = {
  code: 'OSL160',
  run({ name, aws, service_accounts: accounts }) {
    const region = aws?.region;
    if (name === undefined || region === undefined) return [];
    return entriesOf(accounts).flatMap(({ index, entry }): CheckFinding[] => {
      if (entry.name === undefined) return [];
      const input = { name, region, images: [], namespace: '', serviceAccounts: [entry.name] };
      const role = namesFor(input).find(({ id }) => id === `service-account-role-${entry.name}`);
      if (role === undefined || role.remaining >= 0) return [];
      const excess = role.remaining === -1 ? '1 character' : `${-role.remaining} characters`;
      const message = `The name is ${excess} too long: the ${role.resource} ${quoteValue(role.name)} may have ${role.limit}.`;
      return [{ path: `/service_accounts/${index}/name`, message }];
    });
  },
};

/** Rules about service accounts and what they may do. */
export const permissionChecks: readonly Check[] = [statementsAreComplete, namesAreFree, roleNamesFit];
