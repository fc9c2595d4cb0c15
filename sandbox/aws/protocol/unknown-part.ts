import { AwsError } from '../service.ts';

/**
 * The answer to a part of a request that the operation's model does not have. Most services of AWS drop such a part in
 * silence; here nothing is without effect that somebody has written.
 * @param part what it is and its name, e.g. `the header x-amz-acl`; a bare name is a member's
 */
export const unknownPart = (part: string): AwsError =>
  new AwsError('NotImplemented', `This operation has nothing called ${part}.`, 501);
