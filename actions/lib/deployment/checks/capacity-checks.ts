import { instanceType } from '../instance-types.ts';
import { memoryBytes } from '../quantities.ts';
import { type Check, type CheckFinding, type DeploymentDraft, entriesOf } from './check.ts';
import { hubOf } from './hub-node.ts';

const mib = 2 ** 20;

/** Memory that the kubelet keeps back at least: 255 MiB for itself and 100 MiB before it evicts (bootstrap of EKS’s machine images). */
const reservedMemory = 355 * mib;

/** CPUs that the kubelet keeps back at least, of one core (bootstrap of EKS’s machine images). */
const reservedCpu = 0.06;

/** Least memory with which a server starts. */
const leastMemory = 64 * mib;

type Resource = 'memory' | 'cpu';
type Request = { path: string; field: string; amount: number; text: string };

/** What a profile asks for of one resource, in bytes or CPUs, as far as it can be read. */
type Demand = {
  resource: Resource;
  guarantee: Request | undefined;
  limit: Request | undefined;
  node: string | undefined;
};

function demandsOf({ profiles }: DeploymentDraft): Demand[] {
  return entriesOf(profiles).flatMap(({ index, entry }) => {
    const request = (field: string, amount: number | undefined, text: string): Request | undefined =>
      amount === undefined ? undefined : { path: `/profiles/${index}/${field}`, field, amount, text };
    const memory = (field: 'memory_guarantee' | 'memory_limit'): Request | undefined => {
      const text = entry[field];
      return text === undefined ? undefined : request(field, memoryBytes(text), text);
    };
    const cpu = (field: 'cpu_guarantee' | 'cpu_limit'): Request | undefined =>
      request(field, entry[field], String(entry[field]));
    const node = entry.node_name;
    return [
      { resource: 'memory', guarantee: memory('memory_guarantee'), limit: memory('memory_limit'), node },
      { resource: 'cpu', guarantee: cpu('cpu_guarantee'), limit: cpu('cpu_limit'), node },
    ];
  });
}

const guaranteeBelowLimit: Check = {
  code: 'OSL133',
  run(deployment) {
    return demandsOf(deployment).flatMap(({ resource, guarantee, limit }) =>
      guarantee !== undefined && limit !== undefined && guarantee.amount > limit.amount && !isTooSmall(resource, limit)
        ? [
            {
              path: guarantee.path,
              message: `${guarantee.field} ${guarantee.text} is more than ${limit.field} ${limit.text}.`,
            },
          ]
        : [],
    );
  },
};

/** The smallest machine of a node, because AWS may choose it. */
type Machine = { name: string; amount: number };

/** Smallest known machine of each node for users, by its name and resource, in bytes or vCPUs. */
function smallestMachines({ nodes }: DeploymentDraft): Map<string, Machine> {
  const machines = new Map<string, Machine>();
  const hub = hubOf(nodes);
  for (const { entry } of entriesOf(nodes).filter(({ index }) => index !== hub)) {
    for (const { entry: name } of entriesOf(entry.instance)) {
      const type = instanceType(name);
      // A type of another architecture has to be replaced anyway.
      if (type === undefined || type.architecture !== 'x86_64') continue;
      const keep = (resource: Resource, amount: number): void => {
        const key = `${resource} ${entry.name}`;
        if (amount < (machines.get(key)?.amount ?? Number.POSITIVE_INFINITY)) machines.set(key, { name, amount });
      };
      keep('memory', type.memory * mib);
      keep('cpu', type.vcpus);
    }
  }
  return machines;
}

const machinesAreLargeEnough: Check = {
  code: 'OSL151',
  run(deployment) {
    const machines = smallestMachines(deployment);
    return demandsOf(deployment).flatMap(({ resource, guarantee, limit, node }) => {
      const machine = machines.get(`${resource} ${node}`);
      if (machine === undefined) return [];
      return [guarantee, limit].flatMap((request): CheckFinding[] => {
        if (request === undefined || request.amount <= machine.amount) return [];
        // A guarantee above its limit is reported as such.
        if (request === guarantee && limit !== undefined && guarantee.amount > limit.amount) return [];
        const message = `${request.field} ${request.text} is more than the ${offer(resource, machine.amount)} of ${machine.name}, on which ${node} may run.`;
        return [{ path: request.path, message }];
      });
    });
  },
};

function offer(resource: Resource, amount: number): string {
  return resource === 'cpu' ? `${amount} vCPUs` : `${Math.round((amount / 2 ** 30) * 100) / 100} GiB`;
}

const guaranteeLeavesRoom: Check = {
  code: 'OSL152',
  run(deployment) {
    const machines = smallestMachines(deployment);
    return demandsOf(deployment).flatMap(({ resource, guarantee, node }) => {
      const machine = machines.get(`${resource} ${node}`);
      const reserved = resource === 'cpu' ? reservedCpu : reservedMemory;
      if (guarantee === undefined || machine === undefined || guarantee.amount > machine.amount) return [];
      if (guarantee.amount <= machine.amount - reserved) return [];
      const message = `${guarantee.field} ${guarantee.text} leaves nothing of ${machine.name} for Kubernetes itself; servers would wait forever.`;
      return [{ path: guarantee.path, message }];
    });
  },
};

/** A limit with which no server starts; of what is compared with it nothing can be said. */
function isTooSmall(resource: Resource, limit: Request): boolean {
  return resource === 'memory' && limit.amount < leastMemory;
}

const limitHasUnit: Check = {
  code: 'OSL157',
  run(deployment) {
    return demandsOf(deployment).flatMap(({ resource, limit }) => {
      if (limit === undefined || !isTooSmall(resource, limit)) return [];
      const hint = /^[0-9.]+$/.test(limit.text)
        ? `Did you mean "${limit.text}G"?`
        : 'Write the size with G, such as 4G.';
      return [
        {
          path: limit.path,
          message: `With ${limit.field} ${limit.text} no server starts: it needs 64 MiB at least.`,
          hint,
        },
      ];
    });
  },
};

/** Rules about memory and CPUs: guarantee ≤ limit ≤ what the smallest machine offers. */
export const capacityChecks: readonly Check[] = [
  guaranteeBelowLimit,
  machinesAreLargeEnough,
  guaranteeLeavesRoom,
  limitHasUnit,
];
