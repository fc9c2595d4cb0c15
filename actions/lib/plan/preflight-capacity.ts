import type { Deployment } from '../deployment/deployment.ts';
import type { PreflightCheck } from './preflight-check.ts';
import { notStated } from './preflight-quotas.ts';

/** Service Quotas, service `ec2`: vCPUs of running standard instances (A, C, D, H, I, M, R, T, Z). */
const standardQuotas = { onDemand: 'L-1216C47A', spot: 'L-34B43A08' } as const;
const standardFamily = /^[acdhimrtz]\d/;

/** Whether AWS has the machines that the nodes ask for. */
export const capacityChecks: readonly PreflightCheck[] = [
  {
    id: 'instance-types',
    title: 'Instance types',
    run: async ({ deployment, ports }) => {
      const zone = `${deployment.aws.region}${deployment.parameters.az_suffix}`;
      const wanted = [...new Set(deployment.nodes.flatMap(({ instance }) => instance))];
      const offered = new Set(await ports.account.offeredInstanceTypes(wanted, zone));
      const missing = wanted.filter((type) => !offered.has(type));
      if (missing.length === 0) return { outcome: 'ok', detail: `${zone} offers ${wanted.join(', ')}.` };
      const without = deployment.nodes.filter(({ instance }) => !instance.some((type) => offered.has(type)));
      const names = without.map(({ name }) => name).join(', ');
      return {
        outcome: without.length > 0 ? 'blocker' : 'warning',
        detail: `${zone} does not offer ${missing.join(', ')}${names === '' ? '' : `, so nodes ${names} cannot start`}.`,
        hint: 'Choose other instance types or another az_suffix.',
      };
    },
  },
  {
    id: 'vcpu-quota',
    title: 'vCPU quota',
    run: async ({ deployment, ports }) => {
      const types = [...new Set(deployment.nodes.flatMap(({ instance }) => instance))];
      const cpus = await ports.account.virtualCpus(types);
      const excesses: string[] = [];
      const limits: string[] = [];
      const unstated: string[] = [];
      for (const purchase of ['onDemand', 'spot'] as const) {
        const needed = neededCpus(deployment, cpus, purchase);
        if (needed === 0) continue;
        const quota = await ports.account.quota('ec2', standardQuotas[purchase]);
        if (quota === undefined) {
          unstated.push(`${purchase === 'spot' ? 'spot' : 'on-demand'} vCPUs (ec2/${standardQuotas[purchase]})`);
          continue;
        }
        limits.push(`${needed} of ${quota} ${purchase === 'spot' ? 'spot' : 'on-demand'} vCPUs`);
        if (needed > quota) excesses.push(`${needed} of ${quota}`);
      }
      if (excesses.length === 0 && unstated.length > 0) return notStated(unstated);
      if (excesses.length === 0)
        return { outcome: 'ok', detail: `At most ${limits.join(', ') || 'no standard vCPUs'}.` };
      return {
        outcome: 'warning',
        detail: `With every node group at its maximum, ${limits.join(' and ')} are needed.`,
        hint: 'Raise the quota in the Service Quotas console, or lower max_number.',
      };
    },
  },
];

/** vCPUs with every node group at its maximum; each counts with the largest of its types. */
function neededCpus(
  deployment: Deployment,
  cpus: Readonly<Record<string, number>>,
  purchase: 'onDemand' | 'spot',
): number {
  return deployment.nodes
    .filter(({ is_spot }) => is_spot === (purchase === 'spot'))
    .reduce((sum, { instance, max_number }) => {
      const sizes = instance.filter((type) => standardFamily.test(type)).map((type) => cpus[type] ?? 0);
      return sum + max_number * Math.max(0, ...sizes);
    }, 0);
}
