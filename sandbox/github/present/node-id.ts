/** A GraphQL node id; clients must treat it as opaque (docs.github.com/en/graphql/guides/using-global-node-ids). */
export function nodeId(type: string, id: number | string): string {
  return `${type}_${Buffer.from(String(id)).toString('base64url')}`;
}
