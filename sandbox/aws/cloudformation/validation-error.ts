import { AwsError } from '../service.ts';

/**
 * The error for everything wrong with a request or a template; code as in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html.
 */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** A feature that AWS has and the sandbox does not imitate; says so instead of pretending. */
export function notImitated(feature: string): AwsError {
  return new AwsError('NotImplemented', `The sandbox's CloudFormation does not support ${feature}.`, 501);
}
