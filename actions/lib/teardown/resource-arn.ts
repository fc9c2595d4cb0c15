import { partitionOf } from '../deployment/regions.ts';
import type { ResourceIdentity } from '../ports/aws-ports.ts';
import { type ArnReader, knownTypes } from './resource-types.ts';

export type ArnPlace = { accountId: string; region: string };

const readers: readonly (ArnReader & { type: string })[] = [
  // An access entry lives and dies with its cluster, and its ARN does not tell the principal's whole ARN.
  { service: 'eks', resource: /^access-entry\/([^/]+)\//, type: 'AWS::EKS::Cluster' },
  ...[...knownTypes].flatMap(([type, { arn }]) => {
    return arn === undefined ? [] : [{ ...(typeof arn === 'string' ? readerOf(type, arn) : arn), type }];
  }),
];

/** @returns the ARN, or `TYPE/PHYSICAL-ID` for a type whose ARN does not follow from the physical id */
export function arnOf({ type, physicalId }: ResourceIdentity, { accountId, region }: ArnPlace): string {
  if (physicalId.startsWith('arn:')) return physicalId;
  const format = knownTypes.get(type)?.arn;
  if (typeof format !== 'string') return `${type}/${physicalId}`;
  const parts = format.split(':').map((part) => (part === 'R' ? region : part === 'A' ? accountId : part));
  return `arn:${partitionOf(region)}:${parts.join(':').replace(/I$/, () => physicalId)}`;
}

/** @returns undefined for an ARN of a kind that this program does not know */
export function identityOfArn(arn: string): ResourceIdentity | undefined {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  for (const reader of readers) {
    if (reader.service !== service) continue;
    const match = reader.resource.exec(resource);
    if (match === null) continue;
    const physicalId = reader.physicalId === 'ARN' ? arn : (reader.physicalId?.(match) ?? match[1] ?? arn);
    return { type: reader.type, physicalId };
  }
  return undefined;
}

function readerOf(type: string, format: string): ArnReader {
  const [service = '', , , ...rest] = format.split(':');
  // A log group's ARN may end in `:*`, and a bare physical id has no slash of its own, except for repositories.
  const resource = rest.join(':').replace(/I$/, type === 'AWS::Logs::LogGroup' ? '(.+?)(?::\\*)?' : '(.+)');
  return { service, resource: new RegExp(`^${resource}$`) };
}
