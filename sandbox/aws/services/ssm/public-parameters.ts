import { createHash } from 'node:crypto';
import type { GetParametersCommandInput, GetParametersCommandOutput } from '@aws-sdk/client-ssm';
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

/** Kubernetes versions with an Amazon Linux 2023 AMI (eks userguide, retrieve-ami-id.html and kubernetes-versions.html). */
const EKS_VERSIONS: ReadonlySet<string> = new Set(['1.31', '1.32', '1.33', '1.34', '1.35', '1.36']);

const EKS_AMI =
  /^\/aws\/service\/eks\/optimized-ami\/(\d+\.\d+)\/amazon-linux-2023\/(x86_64\/(?:standard|nvidia|neuron)|arm64\/(?:standard|nvidia))\/recommended\/image_id$/;
const AMAZON_LINUX_AMI =
  /^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-(?:minimal-)?kernel-(?:default|6\.1|6\.12)-(?:x86_64|arm64)$/;

/**
 * The AMI id behind one of the public parameters that AWS keeps in Systems Manager Parameter Store; the same name, region
 * and release always give the same id.
 * @param region AMI ids differ by region
 * @param release how often AWS has brought out new images
 * @returns undefined for a parameter that AWS does not have
 */
export function ssmPublicParameter(name: string, region = 'us-east-1', release = 0): string | undefined {
  const version = EKS_AMI.exec(name)?.[1];
  const known = version === undefined ? AMAZON_LINUX_AMI.test(name) : EKS_VERSIONS.has(version);
  if (!known) return undefined;
  const image = release === 0 ? `${region} ${name}` : `${region} ${name} ${release}`;
  return `ami-${createHash('sha256').update(image).digest('hex').slice(0, 17).replace(/^0/, 'a')}`;
}

const releases: StateKey<{ count: number }> = { id: 'ssm-public-parameters', create: () => ({ count: 0 }) };

/** The value of a public parameter as it is now in a region of the world. */
export function publicParameter(world: AwsWorld, region: string, name: string): string | undefined {
  return ssmPublicParameter(name, region, world.state(releases, region).count);
}

/** AWS brings out new machine images: from now on every public parameter of the region names another one. */
export function releaseMachineImages(world: AwsWorld, region: string): void {
  world.state(releases, region).count += 1;
}

/** 1 to 10 names; what is not there is listed, and no error (systems-manager/latest/APIReference/API_GetParameters.html). */
function getParameters(
  { Names = [] }: GetParametersCommandInput,
  { world, region }: CallContext,
): Omit<GetParametersCommandOutput, '$metadata'> {
  if (Names.length === 0 || Names.length > 10) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10",
    );
  }
  const found = Names.map((Name) => ({ Name, Value: publicParameter(world, region, Name) }));
  const version = world.state(releases, region).count + 1;
  return {
    Parameters: found.flatMap(({ Name, Value }) =>
      Value === undefined
        ? []
        : [
            {
              Name,
              Value,
              Type: 'String',
              DataType: 'text',
              Version: version,
              ARN: `arn:aws:ssm:${region}::parameter${Name}`,
            },
          ],
    ),
    InvalidParameters: found.flatMap(({ Name, Value }) => (Value === undefined ? [Name] : [])),
  };
}

/** Systems Manager, as far as its public parameters go. */
export const ssmService: ServiceModule = {
  signingName: 'ssm',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-ssm'),
  members: membersRead('ssm'),
  operations: { GetParameters: getParameters },
};
