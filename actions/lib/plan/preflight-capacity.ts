import type { Deployment } from '../deployment/deployment.ts';
import type { PreflightCheck } from './preflight-check.ts';
import { notStated } from './preflight-quotas.ts';
import { type Fix, raiseQuotas } from './readiness.ts';

/**
 * Service Quotas, service `ec2`: vCPUs that run, by series of machine and how they are bought (Amazon EC2 user guide,
 * "On-Demand Instance limits" and "Spot Instance limits"). A series that is in no row has a quota that is not looked at.
 */
const families = [
  {
    name: 'standard',
    series: ['a', 'c', 'd', 'h', 'i', 'm', 'r', 't', 'z'],
    onDemand: 'L-1216C47A',
    spot: 'L-34B43A08',
  },
  { name: 'G and VT', series: ['g', 'gr', 'vt'], onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
  { name: 'P', series: ['p'], onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
] as const;

type Purchase = 'onDemand' | 'spot';

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
    run: async ({ deployment, neighbours = [], ports }) => {
      const labs = [deployment, ...neighbours.map((each) => each.deployment)];
      const types = [...new Set(labs.flatMap(({ nodes }) => nodes.flatMap(({ instance }) => instance)))].sort();
      const cpus = await ports.account.virtualCpus(types);
      const found: Comparison[] = [];
      const unstated = uncounted(deployment);
      for (const { name, series, ...codes } of families) {
        for (const purchase of ['onDemand', 'spot'] as const) {
          const what = `${name} ${purchase === 'spot' ? 'spot' : 'on-demand'} vCPUs`;
          const need = { cpus, series, purchase };
          // A quota that only others use is theirs to look at.
          if (neededCpus([deployment], need, 'max_number') === 0) continue;
          const code = codes[purchase];
          const quota = await ports.account.quota('ec2', code);
          if (quota === undefined) unstated.push(`${what} (ec2/${code})`);
          else {
            const [least, most] = [neededCpus(labs, need, 'min_number'), neededCpus(labs, need, 'max_number')];
            found.push({ least, most, quota, what, code });
          }
        }
      }
      const whose = labs.length === 1 ? '' : `, all ${labs.length} deployments of the region together`;
      const hint = 'Raise the quota in the Service Quotas console, or lower';
      const short = found.filter(({ least, quota }) => least > quota);
      if (short.length > 0) {
        const detail = short
          .map(({ least, quota, what, code }) => `${least} of ${quota} ${what} (ec2/${code})`)
          .join(' and ');
        const sentence = `The machines that must always run need ${detail}${whose}.`;
        return { outcome: 'blocker', detail: sentence, hint: `${hint} min_number.`, fix: raiseTo(short, 'least') };
      }
      const numbers = (rows: typeof found): string =>
        rows.map(({ most, quota, what }) => `${most} of ${quota} ${what}`).join(' and ');
      const excessive = found.filter(({ most, quota }) => most > quota);
      if (excessive.length > 0) {
        const detail = `With every node group at its maximum, ${numbers(excessive)} are needed${whose}.`;
        return { outcome: 'warning', detail, hint: `${hint} max_number.`, fix: raiseTo(excessive, 'most') };
      }
      if (unstated.length > 0) return notStated(unstated);
      return { outcome: 'ok', detail: `At most ${numbers(found) || 'no vCPUs'}${whose}.` };
    },
  },
];

type Comparison = { least: number; most: number; quota: number; what: string; code: string };

function raiseTo(rows: readonly Comparison[], size: 'least' | 'most'): Fix {
  return raiseQuotas(rows.map((row) => ({ service: 'ec2', code: row.code, value: row[size] })));
}

type Need = { cpus: Readonly<Record<string, number>>; series: readonly string[]; purchase: Purchase };

/** vCPUs of all node groups at a size; each counts with the largest of its types at its maximum, the smallest at its minimum. */
function neededCpus(
  labs: readonly Deployment[],
  { cpus, series, purchase }: Need,
  size: 'min_number' | 'max_number',
): number {
  const ofLab = ({ nodes }: Deployment): number =>
    nodes
      .filter(({ is_spot }) => is_spot === (purchase === 'spot'))
      .reduce((sum, { instance, [size]: number }) => {
        const sizes = instance.flatMap((type) => (series.includes(seriesOf(type)) ? (cpus[type] ?? []) : []));
        if (sizes.length === 0) return sum;
        // Only what has no other way counts where machines must run.
        if (size === 'min_number') return sizes.length < instance.length ? sum : sum + number * Math.min(...sizes);
        return sum + number * Math.max(...sizes);
      }, 0);
  return labs.reduce((sum, lab) => sum + ofLab(lab), 0);
}

/** `m` of `m6a.large`. */
function seriesOf(type: string): string {
  return /^[a-z]+/.exec(type)?.[0] ?? '';
}

/** Series whose quota is not looked at, as what AWS does not state. */
function uncounted({ nodes }: Deployment): string[] {
  const known = new Set<string>(families.flatMap(({ series }) => series));
  const types = nodes.flatMap(({ instance }) => instance).filter((type) => !known.has(seriesOf(type)));
  return types.length === 0 ? [] : [`vCPUs of ${[...new Set(types)].join(', ')}`];
}
