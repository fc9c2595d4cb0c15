import { Failure, toFailure } from '../failure.ts';
import type { StackKind } from '../stacks/stack.ts';
import type { DeployContext } from './deploy-context.ts';
import type { DeployOutputs } from './deploy-record.ts';

/**
 * An output of a finished stack, by the name its template gives it.
 * @throws Failure `MissingOutput` when the template does not declare it
 */
export function readOutput(context: DeployContext, kind: StackKind, name: string): string {
  const value = context.finished.get(kind)?.state.outputs[name];
  if (value !== undefined && value !== '') return value;
  throw new Failure({
    code: 'MissingOutput',
    source: 'product',
    message: `Stack ${context.deployment.name}-${kind} has no output ${name}.`,
  });
}

/** What a person needs from the stacks that are finished so far. */
export async function collectOutputs(context: DeployContext): Promise<DeployOutputs> {
  const output = (kind: StackKind, name: string): string | undefined => context.finished.get(kind)?.state.outputs[name];
  const dnsName = output('cluster', 'LoadBalancerDnsName');
  const url = output('jupyterhub', 'HubUrl');
  const clusterName = output('cluster', 'ClusterName');
  const userPoolId = output('cognito', 'UserPoolId');
  const certificate = await describeCertificate(context);
  return {
    ...(url === undefined ? {} : { url }),
    ...(dnsName === undefined ? {} : { dnsName }),
    ...recordToCreate(context, dnsName),
    ...(certificate === undefined ? {} : { certificate }),
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(userPoolId === undefined ? {} : { userPoolId }),
    images: [...context.images].sort((a, b) => (a.repository < b.repository ? -1 : 1)),
  };
}

/** The record that somebody has to make, when the deployment's own zone is not in this account. */
function recordToCreate(context: DeployContext, dnsName: string | undefined): Pick<DeployOutputs, 'dnsRecord'> {
  const { parameters, network } = context.deployment;
  if (dnsName === undefined || network.hosted_zone_id !== undefined) return {};
  if (!URL.canParse(parameters.deployment_url)) return {};
  return { dnsRecord: { name: new URL(parameters.deployment_url).hostname, type: 'CNAME', value: dnsName } };
}

async function describeCertificate(context: DeployContext): Promise<DeployOutputs['certificate']> {
  const arn = context.finished.get('cluster')?.state.outputs['CertificateArn'];
  if (arn === undefined) return undefined;
  try {
    const found = await context.ports.account.certificate(arn);
    if (found === undefined) return { arn, status: 'MISSING' };
    return { arn, status: found.status, ...(found.expiresAt && { expiresAt: found.expiresAt.toISOString() }) };
  } catch (error) {
    // The record of what was done must not be lost because of a question about something else.
    context.reporter.warning(toFailure(error).message);
    return { arn, status: 'UNKNOWN' };
  }
}
