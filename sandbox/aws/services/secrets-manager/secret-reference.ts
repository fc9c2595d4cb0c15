import type { AwsWorld } from '../../world.ts';
import { usableSecret } from './secrets-state.ts';

/**
 * The text that a build asks for with `SECRET-ID[:JSON-KEY[:VERSION-STAGE[:VERSION-ID]]]`, the secret by name or ARN
 * (codebuild userguide, build-spec-ref.html, env/secrets-manager).
 * @throws AwsError ResourceNotFoundException, InvalidRequestException; Error when the secret has no such key
 */
export function secretText(world: AwsWorld, region: string, reference: string): string {
  const arn = /^(arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:[^:]+)(.*)$/.exec(reference);
  const [id = '', key = '', stage = ''] = arn ? [arn[1], ...(arn[2] ?? '').split(':').slice(1)] : reference.split(':');
  const version = usableSecret(world, region, id).versions.get(stage || 'AWSCURRENT');
  if (version?.value === undefined) throw new Error(`The secret ${id} has no text.`);
  if (key === '') return version.value;
  const values: unknown = JSON.parse(version.value);
  const value = typeof values === 'object' && values !== null ? (values as Record<string, unknown>)[key] : undefined;
  if (value === undefined) throw new Error(`The secret ${id} has no key ${key}.`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
