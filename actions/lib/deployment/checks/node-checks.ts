import { instanceType, instanceTypeTable, judgeInstanceType, sameSizeForX86 } from '../instance-types.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, type CheckFinding, type DeploymentDraft, entriesOf, repeated } from './check.ts';
import { hubOf } from './hub-node.ts';

type Nodes = DeploymentDraft['nodes'];

const oneHub: Check = {
  code: 'OSL121',
  run({ nodes }, { isUnknown }) {
    if (nodes === undefined) return [];
    const hub = hubOf(nodes);
    const more = entriesOf(nodes).filter(({ index, entry }) => entry.is_hub === true && index !== hub);
    const message = `Only one node may be the hub’s, and that is nodes[${hub}].`;
    const findings: CheckFinding[] = more.map(({ index }) => ({ path: `/nodes/${index}/is_hub`, message }));
    const marked = hub !== undefined && nodes[hub]?.is_hub === true;
    const doubtful = nodes.some((_, index) => isUnknown(`/nodes/${index}/is_hub`));
    if (marked || doubtful || nodes.length === 0) return findings;
    const path = hub === undefined ? '/nodes' : `/nodes/${hub}/is_hub`;
    const hint = 'Add is_hub: true to the node called hub.';
    // A node that says false has a value to point at; the finder falls back to the node itself.
    const part = hub === undefined ? 'key' : 'value';
    return [...findings, { path, part, message: 'No node is the hub’s.', hint }];
  },
};

const hubIsFixed: Check = {
  code: 'OSL122',
  run({ nodes }) {
    const index = hubOf(nodes);
    const hub = index === undefined ? undefined : nodes?.[index];
    if (hub === undefined) return [];
    const findings: CheckFinding[] = [];
    const expect = (field: 'name' | 'node_policy' | 'min_number' | 'max_number', value: string | number): void => {
      if (hub[field] === undefined || hub[field] === value) return;
      const message = `The hub’s node must have ${field}: ${value}, not ${quoteValue(hub[field])}.`;
      findings.push({ path: `/nodes/${index}/${field}`, message });
    };
    expect('name', 'hub');
    expect('node_policy', 'hub');
    expect('min_number', 1);
    expect('max_number', 1);
    if (hub.is_spot === true) {
      const message = 'The hub cannot run on spot capacity: AWS may take the machine away.';
      findings.push({ path: `/nodes/${index}/is_spot`, message });
    }
    return findings;
  },
};

const usersAreNotHub: Check = {
  code: 'OSL123',
  run({ nodes }, { isUnknown }) {
    const hub = hubOf(nodes);
    return entriesOf(nodes).flatMap(({ index, entry }) => {
      if (index === hub || entry.is_hub === true || isUnknown(`/nodes/${index}/is_hub`)) return [];
      // A second node called hub has its name reported as repeated.
      if (entry.node_policy !== 'hub') return [];
      const message = 'Only the hub’s node may have node_policy: hub.';
      return [{ path: `/nodes/${index}/node_policy`, message }];
    });
  },
};

const uniqueNodes: Check = {
  code: 'OSL124',
  run({ nodes }) {
    return repeated(nodes ?? [], (node) => node?.name?.toLowerCase()).map(({ index, first }) => ({
      path: `/nodes/${index}/name`,
      message: `nodes[${first}] is called ${quoteValue(nodes?.[first]?.name)} already.`,
    }));
  },
};

const numbersInOrder: Check = {
  code: 'OSL125',
  run({ nodes }) {
    const hub = hubOf(nodes);
    return entriesOf(nodes).flatMap(({ index, entry: { min_number: min, max_number: max } }) => {
      if (min === undefined || max === undefined || min <= max || index === hub) return [];
      return [{ path: `/nodes/${index}/min_number`, message: `min_number ${min} is more than max_number ${max}.` }];
    });
  },
};

/** vCPUs from which on a machine counts as large; such machines cost 100 USD a month and more. */
const large = 4;

const idleNodesCost: Check = {
  code: 'OSL127',
  run({ nodes }) {
    const hub = hubOf(nodes);
    return entriesOf(nodes).flatMap(({ index, entry: { min_number: min, max_number: max, instance } }) => {
      // More than max_number is a mistake of its own.
      if (min !== undefined && max !== undefined && min > max) return [];
      const sizes = (instance ?? []).map((name) => instanceType(name ?? '')?.vcpus ?? 0);
      if (index === hub || min === undefined || min === 0 || Math.max(0, ...sizes) < large) return [];
      const machines = min === 1 ? '1 of these machines runs' : `${min} of these machines run`;
      return [{ path: `/nodes/${index}/min_number`, message: `${machines} day and night, with or without users.` }];
    });
  },
};

type InstanceUse = { path: string; name: string };

/** All instance types, each with the field that names it. */
function instancesOf(nodes: Nodes): InstanceUse[] {
  return entriesOf(nodes).flatMap(({ index, entry }) =>
    entriesOf(entry.instance).map(({ entry: name }) => ({ path: `/nodes/${index}/instance`, name })),
  );
}

const instancesExist: Check = {
  code: 'OSL128',
  run({ nodes }) {
    return instancesOf(nodes).flatMap(({ path, name }) => {
      const verdict = judgeInstanceType(name);
      if (verdict.kind !== 'wrong') return [];
      const hint = verdict.meant === undefined ? {} : { hint: `Did you mean ${verdict.meant}?` };
      return [{ path, message: `There is no instance type ${quoteValue(name)}.`, ...hint }];
    });
  },
};

const instancesAreX86: Check = {
  code: 'OSL129',
  run({ nodes }) {
    return instancesOf(nodes).flatMap(({ path, name }) => {
      const type = instanceType(name);
      if (type === undefined || type.architecture === 'x86_64') return [];
      const other = sameSizeForX86(name);
      const message = `${quoteValue(name)} has the architecture ${type.architecture}; images are built for x86_64.`;
      return [{ path, message, ...(other === undefined ? {} : { hint: `Choose another type, such as ${other}.` }) }];
    });
  },
};

const instancesAreKnown: Check = {
  code: 'OSL130',
  run({ nodes }) {
    return instancesOf(nodes)
      .filter(({ name }) => judgeInstanceType(name).kind === 'new')
      .map(({ path, name }) => ({
        path,
        message: `AWS had no instance type ${quoteValue(name)} on ${instanceTypeTable.date}; its limits are not checked.`,
      }));
  },
};

/** Rules about the machines. */
export const nodeChecks: readonly Check[] = [
  oneHub,
  hubIsFixed,
  usersAreNotHub,
  uniqueNodes,
  numbersInOrder,
  idleNodesCost,
  instancesExist,
  instancesAreX86,
  instancesAreKnown,
];
