import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { AwsError } from '../../service.ts';
import { refuseParameter } from './eks-state.ts';

export type Scaling = { minSize: number; maxSize: number; desiredSize: number };

/**
 * Sizes as EKS judges them, of a new group and of one that is there (`nodeGroupSizes` of aws-rules.json).
 * @throws AwsError InvalidParameterException
 */
export function checkSizes({ minSize, maxSize, desiredSize }: Scaling): void {
  const { smallestMaximum } = rules.nodeGroupSizes;
  if (maxSize < smallestMaximum) refuseParameter(`Maximum size must be at least ${smallestMaximum}`);
  if (minSize > desiredSize) {
    refuseParameter(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  }
  if (desiredSize > maxSize) {
    refuseParameter(`Desired capacity ${desiredSize} can't be greater than maximum size ${maxSize}`);
  }
}

/**
 * What CloudFormation's handler says to an update of a node group (`nodeGroupUpdate` of aws-rules.json).
 * @param changed names of the properties that differ, `Tags` among them
 * @throws AwsError InvalidRequest
 */
export function checkOneKindOfChange(changed: readonly string[]): void {
  const { alone, message } = rules.nodeGroupUpdate;
  if (changed.length > 1 && changed.some((name) => alone.includes(name))) throw new AwsError('InvalidRequest', message);
}
