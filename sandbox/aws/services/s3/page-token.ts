import { createHmac, randomBytes } from 'node:crypto';
import { AwsError } from '../../service.ts';

/** Tokens of this process: a client can neither make one up nor change one. */
const SECRET = randomBytes(32);

/**
 * Continuation tokens of one listing: opaque to clients ("ContinuationToken is obfuscated and is not a real key",
 * API_ListObjectsV2.html); whatever this listing did not give out is refused.
 * @param listing what the tokens are good for
 */
export function pageTokens(listing: string): { make(position: string): string; read(token: string): string } {
  const sealOf = (position: string): string =>
    createHmac('sha256', SECRET).update(`${listing}\n${position}`).digest('base64url').slice(0, 22);
  return {
    make: (position) => `1${sealOf(position)}${Buffer.from(position).toString('base64url')}`,
    read(token) {
      const position = Buffer.from(token.slice(23), 'base64url').toString();
      if (token !== this.make(position)) {
        throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
      }
      return position;
    },
  };
}
