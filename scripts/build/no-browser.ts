/**
 * What the bundles use in place of `bowser`, 34 kB by which the AWS SDK names the browser it runs in. Actions run in Node,
 * where nothing calls it.
 */
export function parse(): never {
  throw new Error('Browser detection was called, but this bundle runs in Node.');
}
