import { nearMiss } from '../near-miss.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, repeated } from './check.ts';

const oneHub: Check = {
  code: 'OSL121',
  rule: 'Exactly one node is the hub’s.',
  run({ nodes }) {
    const hubs = nodes.flatMap((node, index) => (node.is_hub ? [index] : []));
    if (hubs.length === 1) return [];
    if (hubs.length > 1) {
      return hubs.slice(1).map((index) => ({
        path: `/nodes/${index}/is_hub`,
        message: `Only one node may be the hub’s; nodes[${hubs[0]}] is it already.`,
      }));
    }
    const called = nodes.findIndex(({ name }) => name === 'hub');
    const path = called < 0 ? '/nodes' : `/nodes/${called}`;
    return [{ path, part: 'key', message: 'No node is the hub’s.', hint: 'Add is_hub: true to the node called hub.' }];
  },
};

const hubIsFixed: Check = {
  code: 'OSL122',
  rule: 'The hub’s node is called hub, has the policy hub and runs exactly once.',
  run({ nodes }) {
    return nodes.flatMap((node, index) => {
      if (!node.is_hub) return [];
      const at = (field: string): string => `/nodes/${index}/${field}`;
      return [
        ...(node.name === 'hub'
          ? []
          : [{ path: at('name'), message: `The hub’s node must be called hub, not ${quoteValue(node.name)}.` }]),
        ...(node.node_policy === 'hub'
          ? []
          : [{ path: at('node_policy'), message: 'The hub’s node needs the node_policy hub.' }]),
        ...(node.min_number === 1
          ? []
          : [
              {
                path: at('min_number'),
                message: `The hub runs exactly once: min_number must be 1, not ${node.min_number}.`,
              },
            ]),
        ...(node.max_number === 1
          ? []
          : [
              {
                path: at('max_number'),
                message: `The hub runs exactly once: max_number must be 1, not ${node.max_number}.`,
              },
            ]),
        ...(node.is_spot
          ? [{ path: at('is_spot'), message: 'The hub cannot run on spot machines: AWS may take them away.' }]
          : []),
      ];
    });
  },
};

const usersAreNotHub: Check = {
  code: 'OSL123',
  rule: 'Only the hub’s node is called hub or has the policy hub.',
  run({ nodes }) {
    return nodes.flatMap((node, index) => {
      if (node.is_hub || (node.name !== 'hub' && node.node_policy !== 'hub')) return [];
      const field = node.name === 'hub' ? 'name' : 'node_policy';
      const message = `${field} hub is for the hub’s node, and this one has no is_hub: true.`;
      return [{ path: `/nodes/${index}/${field}`, message }];
    });
  },
};

const uniqueNodes: Check = {
  code: 'OSL124',
  rule: 'Node names are unique, also without regard to case.',
  run({ nodes }) {
    return repeated(nodes, ({ name }) => name.toLowerCase()).map(({ index, first }) => ({
      path: `/nodes/${index}/name`,
      message: `nodes[${first}] is called ${quoteValue(nodes[first]?.name)} already.`,
    }));
  },
};

const numbersInOrder: Check = {
  code: 'OSL125',
  rule: 'min_number is at most max_number.',
  run({ nodes }) {
    return nodes.flatMap(({ min_number: min, max_number: max }, index) =>
      min <= max
        ? []
        : [{ path: `/nodes/${index}/min_number`, message: `min_number ${min} is more than max_number ${max}.` }],
    );
  },
};

const usersHaveNodes: Check = {
  code: 'OSL126',
  rule: 'Profiles run on a declared node that is not the hub’s.',
  run({ nodes, profiles }) {
    return profiles.flatMap((profile, index) => {
      const node = nodes.find(({ name }) => name === profile.node_name);
      const path = `/profiles/${index}/node_name`;
      const names = nodes.filter(({ is_hub }) => !is_hub).map(({ name }) => name);
      if (node?.is_hub)
        return [{ path, message: 'Users’ servers cannot run on the hub’s node.', hint: `Use ${names.join(', ')}.` }];
      if (node !== undefined) return [];
      const near = nearMiss(profile.node_name, names);
      const hint =
        near === undefined ? `Declared nodes: ${names.map(quoteValue).join(', ')}.` : `Did you mean ${near}?`;
      return [{ path, message: `There is no node called ${quoteValue(profile.node_name)}.`, hint }];
    });
  },
};

const idleNodesCost: Check = {
  code: 'OSL127',
  rule: 'User nodes that always run are worth a thought.',
  run({ nodes }) {
    return nodes.flatMap((node, index) =>
      node.is_hub || node.min_number === 0
        ? []
        : [
            {
              severity: 'warning' as const,
              path: `/nodes/${index}/min_number`,
              message: `${node.min_number} of these machines run day and night, with or without users.`,
              hint: 'With min_number 0 a machine starts when the first user does.',
            },
          ],
    );
  },
};

/** Rules about the machines. */
export const nodeChecks: readonly Check[] = [
  oneHub,
  hubIsFixed,
  usersAreNotHub,
  uniqueNodes,
  numbersInOrder,
  usersHaveNodes,
  idleNodesCost,
];
