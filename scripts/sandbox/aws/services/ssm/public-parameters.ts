import { createHash } from 'node:crypto';

/** Kubernetes versions with an Amazon Linux 2023 AMI (eks userguide, retrieve-ami-id.html and kubernetes-versions.html). */
const EKS_VERSIONS: ReadonlySet<string> = new Set(['1.31', '1.32', '1.33', '1.34', '1.35', '1.36']);

const EKS_AMI =
  /^\/aws\/service\/eks\/optimized-ami\/(\d+\.\d+)\/amazon-linux-2023\/(x86_64\/(?:standard|nvidia|neuron)|arm64\/(?:standard|nvidia))\/recommended\/image_id$/;
const AMAZON_LINUX_AMI =
  /^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-(?:minimal-)?kernel-(?:default|6\.1|6\.12)-(?:x86_64|arm64)$/;

/**
 * The AMI id behind one of the public parameters that AWS keeps in Systems Manager Parameter Store; the same name and
 * region always give the same id.
 * @param region AMI ids differ by region
 * @returns undefined for a parameter that AWS does not have
 */
export function ssmPublicParameter(name: string, region = 'us-east-1'): string | undefined {
  const version = EKS_AMI.exec(name)?.[1];
  const known = version === undefined ? AMAZON_LINUX_AMI.test(name) : EKS_VERSIONS.has(version);
  if (!known) return undefined;
  return `ami-${createHash('sha256').update(`${region} ${name}`).digest('hex').slice(0, 17).replace(/^0/, 'a')}`;
}
