import rules from '../../../schemas/aws-rules.json' with { type: 'json' };
import { type DesiredResource, type DesiredStack, desiredResources } from '../stacks/desired-values.ts';
import type { OutputReference, ParameterValue, Stack } from '../stacks/stack.ts';
import type { PreflightCheck, PreflightContext, PreflightResult } from './preflight-check.ts';

/** Service Quotas of what the cluster's stack makes. */
const networkQuotas = [
  { type: 'AWS::EC2::VPC', noun: 'VPC', service: 'vpc', code: 'L-F678F1CE', used: 'vpcs' },
  { type: 'AWS::EC2::EIP', noun: 'Elastic IP address', service: 'ec2', code: 'L-0263D0A3', used: 'addresses' },
] as const;

/** Codes of Service Quotas, service `codebuild`, by size of the machine (`buildQuotas` of schemas/aws-rules.json). */
const buildQuotas: Readonly<Record<string, string>> = rules.buildQuotas.codes;

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
      const use = await account.networkUse();
      const [missing, room, unstated]: [string[], string[], string[]] = [[], [], []];
      for (const { noun, service, code, used, count } of needed) {
        const quota = await account.quota(service, code);
        if (quota === undefined) {
          unstated.push(`${noun} (${service}/${code})`);
          continue;
        }
        const text = `${count} more ${noun} beside ${use[used]} of ${quota} (${service}/${code})`;
        (use[used] + count > quota ? missing : room).push(text);
      }
      if (missing.length > 0) {
        return { outcome: 'blocker', detail: `The region has no room for ${missing.join(' and ')}.`, hint: raise };
      }
      return unstated.length > 0 ? notStated(unstated) : { outcome: 'ok', detail: `${room.join(', ')}.` };
    },
  },
  {
    id: 'build-quota',
    title: 'CodeBuild quota',
    run: async (context) => {
      const sizes = new Set(newResources(context).flatMap(machineOf));
      if (sizes.size === 0) return undefined;
      const [none, unstated]: [string[], string[]] = [[], []];
      for (const size of sizes) {
        const code = buildQuotas[size];
        const quota = code === undefined ? undefined : await context.ports.account.quota('codebuild', code);
        if (quota === undefined) unstated.push(size);
        else if (quota < 1) none.push(`${size} (codebuild/${code})`);
      }
      if (none.length > 0) {
        return { outcome: 'blocker', detail: `The account may run no build on ${none.join(' and ')}.`, hint: raise };
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

/** What the stacks that are not there yet will make, as far as their parameters are known by now. */
function newResources({ deployment: { name, aws }, stacks, states }: PreflightContext): DesiredResource[] {
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
