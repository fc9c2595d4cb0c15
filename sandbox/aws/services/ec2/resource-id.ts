import { randomBytes } from 'node:crypto';

/** An id in EC2's long form: the prefix and 17 hexadecimal digits (AWSEC2 userguide, resource-ids.html). */
export const newId = (prefix: string): string => `${prefix}-0${randomBytes(8).toString('hex')}`;
