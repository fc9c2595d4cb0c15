import { Failure } from '../failure.ts';
import type { ResourceIdentity } from '../ports/aws-ports.ts';
import { rowOf } from '../resources/resource-types.ts';
import type { PreflightCheck, PreflightContext } from './preflight-check.ts';
import { newResources } from './preflight-quotas.ts';

/**
 * Types with a name that a template gives and that can be there only once, and the property that has it; its service is
 * asked by it. Log groups are not among them: what an earlier deployment kept is taken over. Buckets have a check of their own.
 */
const named: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::Cognito::UserPoolDomain': 'Domain',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::EKS::Cluster': 'Name',
  'AWS::IAM::Role': 'RoleName',
};

/** Whether the names that new stacks take are free. */
export const takenChecks: readonly PreflightCheck[] = [
  {
    id: 'names',
    title: 'Names',
    run: async (context) => {
      const wanted = namesOf(context);
      if (wanted.length === 0) return undefined;
      const { account, existence } = context.ports;
      const [readings, { loadBalancers }] = await Promise.all([existence.readAll(wanted), account.networkUse()]);
      const standings = readings.map((reading) => {
        if (reading instanceof Failure) throw reading;
        if (reading.presence === 'unverifiable') throw new Error('A type of this check has no owner to ask.');
        return reading.presence;
      });
      const taken = wanted
        .filter((_, index) => standings[index] === 'exists' || standings[index] === 'going')
        .map(({ type, physicalId }) => `${rowOf(type)?.noun ?? type} ${physicalId}`);
      const balancers = balancersOf(context).filter((name) => loadBalancers.includes(name));
      taken.push(...balancers.map((name) => `load balancer ${name}`));
      if (taken.length === 0) return { outcome: 'ok', detail: 'The names of what will be made are free.' };
      return {
        outcome: 'blocker',
        detail: `These exist already, but no stack of this deployment made them: ${taken.join(', ')}.`,
        hint: 'Delete what an earlier deployment left, or choose another name for the deployment.',
      };
    },
  },
];

function namesOf(context: PreflightContext): ResourceIdentity[] {
  return newResources(context).flatMap(({ type, properties }) => {
    const name = properties[named[type] ?? ''];
    return typeof name === 'string' ? [{ type, physicalId: name }] : [];
  });
}

function balancersOf(context: PreflightContext): string[] {
  return newResources(context).flatMap(({ type, properties: { Name: name } }) =>
    type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && typeof name === 'string' ? [name] : [],
  );
}
