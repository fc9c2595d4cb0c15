/** Returned by `Ref: AWS::NoValue`; whatever holds it loses the property or the list item. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

/** What the pseudo parameters depend on. */
export type StackPlace = {
  readonly accountId: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
};

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 *
 * @returns undefined when there is no pseudo parameter of that name
 */
export function pseudoParameter(name: string, place: StackPlace): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return place.accountId;
    case 'AWS::NoValue':
      return noValue;
    case 'AWS::NotificationARNs':
      return [...place.notificationArns];
    case 'AWS::Partition':
      return partition(place.region);
    case 'AWS::Region':
      return place.region;
    case 'AWS::StackId':
      return place.stackId;
    case 'AWS::StackName':
      return place.stackName;
    case 'AWS::URLSuffix':
      return partition(place.region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    default:
      return undefined;
  }
}

export const pseudoParameterNames: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** The partition of a region, as in its ARNs. */
export function partition(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
