import type { AwsWorld } from '../../world.ts';
import { secretText } from '../secrets-manager/secret-reference.ts';

/** A secret cannot be read; ends the phase DOWNLOAD_SOURCE. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * The text behind `secret-id:json-key:version-stage:version-id` of a buildspec or an environment variable.
 * @throws SecretError
 */
export function readSecret(world: AwsWorld, region: string, reference: string): string {
  try {
    return secretText(world, region, reference);
  } catch (error) {
    throw new SecretError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
