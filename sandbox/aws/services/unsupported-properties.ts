import { AwsError } from '../service.ts';

/**
 * Refuses properties that AWS has and the sandbox has not, so that none is silently without effect.
 * @throws AwsError NotImplemented naming the first of them that is given
 */
export function refuseProperties(
  type: string,
  properties: Readonly<Record<string, unknown>>,
  unsupported: readonly string[],
): void {
  const given = unsupported.find((name) => properties[name] !== undefined);
  if (given !== undefined) throw new AwsError('NotImplemented', `The sandbox does not support ${given} of ${type}.`);
}
