import { partitionOf } from '../deployment/regions.ts';
import type { ResourceIdentity } from '../ports/aws-ports.ts';
import { type ArnFormat, type ArnReader, resourceRows, rowOf } from './resource-types.ts';

export type ArnPlace = { accountId: string; region: string };

const readers: readonly (ArnReader & { identifies: string })[] = resourceRows.flatMap(({ type, arn }) => {
  return arn === 'none' ? [] : [{ identifies: type, ...(typeof arn === 'string' ? readerOf(arn) : arn) }];
});

/** @returns the ARN, or `TYPE/PHYSICAL-ID` for a type whose ARN does not follow from the physical id */
export function arnOf({ type, physicalId }: ResourceIdentity, { accountId, region }: ArnPlace): string {
  if (physicalId.startsWith('arn:')) return physicalId;
  const format = rowOf(type)?.arn ?? 'none';
  if (typeof format !== 'string' || format === 'none') return `${type}/${physicalId}`;
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
    return { type: reader.identifies, physicalId };
  }
  return undefined;
}

function readerOf(format: ArnFormat): ArnReader {
  const [service = '', , , ...rest] = format.split(':');
  // A log group's ARN may end in `:*`; no other physical id does.
  const resource = rest.join(':').replace(/I$/, '(.+?)(?::\\*)?');
  return { service, resource: new RegExp(`^${resource}$`) };
}
