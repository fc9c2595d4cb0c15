import rules from '../../../schemas/aws-rules.json' with { type: 'json' };
import type { Deployment } from '../deployment/deployment.ts';
import { type DesiredResource, type DesiredStack, desiredResources } from '../stacks/desired-values.ts';
import type { OutputReference, ParameterValue, Stack } from '../stacks/stack.ts';
import type { PreflightCheck, PreflightContext, PreflightResult } from './preflight-check.ts';
import { raiseQuotas, type WantedQuota } from './readiness.ts';

/** Service Quotas of what the cluster's stack makes. */
const networkQuotas = [
  { type: 'AWS::EC2::VPC', noun: 'VPC', service: 'vpc', code: 'L-F678F1CE', used: 'vpcs' },
  { type: 'AWS::EC2::EIP', noun: 'Elastic IP address', service: 'ec2', code: 'L-0263D0A3', used: 'addresses' },
  { type: 'AWS::EKS::Cluster', noun: 'EKS cluster', service: 'eks', code: 'L-1194D53C', used: 'clusters' },
  {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    noun: 'application load balancer',
    service: 'elasticloadbalancing',
    code: 'L-53DA6B97',
    used: 'loadBalancers',
  },
] as const;

/** Codes of Service Quotas, service `codebuild`, by size of the machine (`buildQuotas` of schemas/aws-rules.json). */
const buildQuotas: Readonly<Record<string, string>> = rules.buildQuotas.codes;

/** Managed node groups per cluster that every account may have (Amazon EKS user guide, "Service quotas"). */
const standardNodeGroups = 30;

const raise = 'Raise it in the Service Quotas console; AWS answers within hours to days.';

/** Whether the account may have what stacks that are not there yet will make. */
export const quotaChecks: readonly PreflightCheck[] = [
  {
    id: 'network-quota',
    title: 'Network quotas',
    run: async (context) => {
      const made = newResources(context);
      const needed = networkQuotas
        .map((row) => ({ ...row, count: made.filter(({ type }) => type === row.type).length }))
        .filter(({ count }) => count > 0);
      if (needed.length === 0) return undefined;
      const { account } = context.ports;
      const found = await account.networkUse();
      const { clusters, loadBalancers } = found;
      const use = { ...found, clusters: clusters.length, loadBalancers: loadBalancers.length };
      const beside = await comingLabs(context);
      const [missing, room, unstated]: [string[], string[], string[]] = [[], [], []];
      const wanted: WantedQuota[] = [];
      for (const { type, noun, service, code, used, count } of needed) {
        const quota = await account.quota(service, code);
        if (quota === undefined) {
          unstated.push(`${noun} (${service}/${code})`);
          continue;
        }
        const others = beside.filter((lab) => takes(lab, type)).map(({ name }) => name);
        const together = others.length === 0 ? '' : ` and for ${others.join(', ')}`;
        const text = `${count} more ${noun}${together} beside ${use[used]} of ${quota} (${service}/${code})`;
        const value = use[used] + count + others.length;
        (value > quota ? missing : room).push(text);
        if (value > quota) wanted.push({ service, code, value });
      }
      if (missing.length > 0) {
        return {
          outcome: 'blocker',
          detail: `The region has no room for ${missing.join(' and ')}.`,
          hint: raise,
          fix: raiseQuotas(wanted),
        };
      }
      return unstated.length > 0 ? notStated(unstated) : { outcome: 'ok', detail: `${room.join(', ')}.` };
    },
  },
  {
    id: 'nat-quota',
    title: 'NAT gateways',
    run: async (context) => {
      const { deployment, ports } = context;
      const count = newResources(context).filter(({ type }) => type === 'AWS::EC2::NatGateway').length;
      if (count === 0) return undefined;
      const zone = `${deployment.aws.region}${deployment.parameters.az_suffix}`;
      const { az_suffix: suffix } = deployment.parameters;
      const others = (await comingLabs(context)).filter(
        (lab) => takes(lab, 'AWS::EC2::NatGateway') && lab.parameters.az_suffix === suffix,
      ).length;
      const quota = await ports.account.quota('vpc', 'L-FE5A380F');
      if (quota === undefined) return notStated([`NAT gateways in ${zone} (vpc/L-FE5A380F)`]);
      const used = await ports.account.natGateways(zone);
      const detail = `${count + others} more beside ${used} of ${quota} in ${zone} (vpc/L-FE5A380F).`;
      if (used + count + others <= quota) return { outcome: 'ok', detail };
      const fix = raiseQuotas([{ service: 'vpc', code: 'L-FE5A380F', value: used + count + others }]);
      return { outcome: 'blocker', detail: `There is no room for another NAT gateway: ${detail}`, hint: raise, fix };
    },
  },
  {
    id: 'node-group-quota',
    title: 'Node groups of the cluster',
    run: async ({ deployment, ports }) => {
      const count = deployment.nodes.filter(({ is_hub }) => !is_hub).length;
      // No account has less.
      if (count <= standardNodeGroups) return undefined;
      const quota = await ports.account.quota('eks', 'L-6D54EA21');
      if (quota === undefined) return notStated(['node groups per cluster (eks/L-6D54EA21)']);
      const detail = `${count} of ${quota} node groups (eks/L-6D54EA21).`;
      if (count <= quota) return { outcome: 'ok', detail };
      return {
        outcome: 'blocker',
        detail: `The cluster may not have so many: ${detail}`,
        hint: raise,
        fix: raiseQuotas([{ service: 'eks', code: 'L-6D54EA21', value: count }]),
      };
    },
  },
  {
    id: 'build-quota',
    title: 'CodeBuild quota',
    run: async (context) => {
      const sizes = new Set(newResources(context).flatMap(machineOf));
      if (sizes.size === 0) return undefined;
      const [none, unstated]: [string[], string[]] = [[], []];
      const wanted: WantedQuota[] = [];
      for (const size of sizes) {
        const code = buildQuotas[size];
        const quota = code === undefined ? undefined : await context.ports.account.quota('codebuild', code);
        if (quota === undefined) unstated.push(size);
        else if (quota < 1) {
          none.push(`${size} (codebuild/${code})`);
          wanted.push({ service: 'codebuild', code: code ?? '', value: 1 });
        }
      }
      if (none.length > 0) {
        return {
          outcome: 'blocker',
          detail: `The account may run no build on ${none.join(' and ')}.`,
          hint: raise,
          fix: raiseQuotas(wanted),
        };
      }
      if (unstated.length > 0) return notStated(unstated);
      return { outcome: 'ok', detail: `At least one build at a time on ${[...sizes].join(' and ')}.` };
    },
  },
];

/** Service Quotas does not list every quota in every region; what it does not say stops nobody, and is no good news. */
export const notStated = (quotas: readonly string[]): PreflightResult => ({
  outcome: 'warning',
  detail: `AWS states no quota of this account for ${quotas.join(' and ')}.`,
  hint: 'Look in the Service Quotas console whether there is room.',
});

/** Deployments of the same account and region that are declared and not there yet: merged together, they need room together. */
async function comingLabs({ neighbours = [] }: PreflightContext): Promise<Deployment[]> {
  const standing = await Promise.all(neighbours.map(({ isThere }) => isThere()));
  return neighbours.filter((_, index) => standing[index] === false).map(({ deployment }) => deployment);
}

/** Whether a deployment that is not there yet will take one of these. */
function takes({ network }: Deployment, type: string): boolean {
  return network.nodes === 'private' || !['AWS::EC2::EIP', 'AWS::EC2::NatGateway'].includes(type);
}

/** What the stacks that are not there yet will make, as far as their parameters are known by now. */
export function newResources({ deployment: { name, aws }, stacks, states }: PreflightContext): DesiredResource[] {
  const place = { deployment: name, accountId: aws.account_id, region: aws.region };
  return stacks
    .filter(({ kind }) => states.get(kind) === undefined)
    .flatMap((stack) => [...desiredResources({ ...stack, parameters: knownParameters(stack) }, place).values()]);
}

function knownParameters({ parameters }: Stack): DesiredStack['parameters'] {
  const isKnown = (entry: [string, ParameterValue]): entry is [string, string | OutputReference] =>
    typeof entry[1] === 'string' || 'stack' in entry[1];
  return Object.fromEntries(Object.entries(parameters).filter(isKnown));
}

/** The size of the machine that a project builds on. */
function machineOf({ type, properties: { Environment: environment } }: DesiredResource): string[] {
  if (type !== 'AWS::CodeBuild::Project') return [];
  if (typeof environment !== 'object' || environment === null || Array.isArray(environment)) return [];
  return typeof environment['ComputeType'] === 'string' ? [environment['ComputeType']] : [];
}
