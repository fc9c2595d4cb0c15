/** An artifact of a workflow run. Its digest and size are those of the ZIP file that a download gives. */
export type StoredArtifact = {
  id: number;
  runId: number;
  name: string;
  /** By path with `/`. */
  files: ReadonlyMap<string, Uint8Array>;
  zip: Buffer;
  /** `sha256:<hex>` */
  digest: string;
  createdAt: Date;
  expiresAt: Date;
};
