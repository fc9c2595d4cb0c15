import { nearMiss } from '../near-miss.ts';
import { reservedImages, sudoGroup, visibilityGroup } from '../profile-names.ts';
import { plainValue, quoteValue } from '../quote-value.ts';
import { type Check, type CheckFinding, entriesOf, repeated } from './check.ts';
import { hubOf } from './hub-node.ts';

/** Most names that a hint lists. */
const mostListed = 12;

/** A name that is not there, with what it was probably meant to be or what there is. */
function notThere(path: string, what: string, name: string, known: readonly string[]): CheckFinding {
  const near = nearMiss(name, known);
  const listed = known.slice(0, mostListed).map((one) => quoteValue(one));
  const others =
    listed.length < 2
      ? `There is ${listed[0] ?? 'none yet'}.`
      : `There are ${listed.join(', ')}${known.length > mostListed ? ' …' : ''}.`;
  return {
    path,
    message: `There is no ${what} called ${quoteValue(name)}.`,
    hint: near === undefined ? others : `Did you mean ${near}?`,
  };
}

const usersHaveNodes: Check = {
  code: 'OSL126',
  run({ nodes, profiles }, { isUnknown }) {
    if (nodes === undefined || nodes.length === 0) return [];
    const doubtful = nodes.some((_, index) => isUnknown(`/nodes/${index}/name`));
    const hub = hubOf(nodes);
    const users = entriesOf(nodes).filter(({ index }) => index !== hub);
    const names = users.flatMap(({ entry: { name } }) => (name === undefined ? [] : [name]));
    const known = new Set(names);
    return entriesOf(profiles).flatMap(({ index, entry: { node_name: name } }) => {
      const path = `/profiles/${index}/node_name`;
      if (name === undefined || known.has(name)) return [];
      if (hub !== undefined && nodes[hub]?.name === name) {
        const hint = names.length === 0 ? {} : { hint: `Use ${names.slice(0, mostListed).join(' or ')}.` };
        return [{ path, message: 'Users’ servers cannot run on the hub’s node.', ...hint }];
      }
      return doubtful ? [] : [notThere(path, 'node', name, names)];
    });
  },
};

const imageExists: Check = {
  code: 'OSL136',
  run({ profiles }, { images }) {
    return entriesOf(profiles).flatMap(({ index, entry: { image_name: image } }) => {
      if (image === undefined || images === undefined || images.includes(image) || reservedImages.includes(image)) {
        return [];
      }
      const path = `/profiles/${index}/image_name`;
      const alike = images.find((name) => name.toLowerCase() === image);
      if (alike === undefined) return [notThere(path, 'image', image, images)];
      const message = `The folder is called images/${plainValue(alike)}; an image has its name, in lower case.`;
      return [{ path, message, hint: `Rename the folder to images/${image}.` }];
    });
  },
};

const imageIsNotReserved: Check = {
  code: 'OSL161',
  run({ profiles }) {
    return entriesOf(profiles)
      .filter(({ entry: { image_name: image } }) => image !== undefined && reservedImages.includes(image))
      .map(({ index, entry: { image_name: image } }) => ({
        path: `/profiles/${index}/image_name`,
        message: `The image repository ${quoteValue(image)} is the deployment’s own.`,
      }));
  },
};

const hookExists: Check = {
  code: 'OSL137',
  run({ profiles }, { hooks }) {
    return entriesOf(profiles).flatMap(({ index, entry: { hook_script: hook } }) =>
      hook === undefined || hooks === undefined || hooks.includes(hook)
        ? []
        : [notThere(`/profiles/${index}/hook_script`, 'hook script', hook, hooks)],
    );
  },
};

const serviceAccountExists: Check = {
  code: 'OSL155',
  run({ profiles, service_accounts: accounts = [] }, { isUnknown }) {
    const doubtful =
      isUnknown('/service_accounts') || accounts.some((_, index) => isUnknown(`/service_accounts/${index}/name`));
    const names = entriesOf(accounts).flatMap(({ entry: { name } }) => (name === undefined ? [] : [name]));
    return entriesOf(profiles).flatMap(({ index, entry: { service_account: name } }) =>
      name === undefined || doubtful || names.includes(name)
        ? []
        : [notThere(`/profiles/${index}/service_account`, 'service account', name, names)],
    );
  },
};

const uniqueServiceAccounts: Check = {
  code: 'OSL156',
  run({ service_accounts: accounts = [] }) {
    return repeated(accounts, (account) => account?.name).map(({ index, first, key }) => ({
      path: `/service_accounts/${index}/name`,
      message: `service_accounts[${first}] is called ${quoteValue(key)} already.`,
    }));
  },
};

const uniqueGroups: Check = {
  code: 'OSL141',
  run({ groups = [] }) {
    return repeated(groups, (group) => group?.name).map(({ index, first, key }) => ({
      path: `/groups/${index}/name`,
      message: `groups[${first}] is called ${quoteValue(key)} already.`,
    }));
  },
};

const groupMeetsProfile: Check = {
  code: 'OSL146',
  run({ groups, profiles }) {
    const own = entriesOf(profiles).flatMap(({ entry: { name, group } }) =>
      name === undefined ? [] : [visibilityGroup({ name, group })],
    );
    const exact = new Set([...own, sudoGroup]);
    const alike = new Map([...exact].map((name) => [skeleton(name), name]));
    return entriesOf(groups).flatMap(({ index, entry: { name } }) => {
      const meant = name === undefined || exact.has(name) ? undefined : alike.get(skeleton(name));
      if (meant === undefined) return [];
      const message = `The group ${quoteValue(name)} is another one than ${quoteValue(meant)}, which it looks like.`;
      return [{ path: `/groups/${index}/name`, message, hint: `Did you mean ${meant}?` }];
    });
  },
};

/** Letters and digits of a name, without regard to case. */
function skeleton(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Rules about names that must be declared elsewhere, and only once. */
export const referenceChecks: readonly Check[] = [
  usersHaveNodes,
  imageExists,
  imageIsNotReserved,
  hookExists,
  serviceAccountExists,
  uniqueServiceAccounts,
  uniqueGroups,
  groupMeetsProfile,
];
