/** An object of the records bucket, without its content. */
export type RecordEntry = {
  key: string;
  /** When S3 took it; S3's clock, which nobody else can set. */
  writtenAt: Date;
  /** Bytes. */
  size: number;
};

/** An object of the records bucket; `etag` names exactly this content. */
export type RecordContent = RecordEntry & { body: string; etag: string };

/**
 * The account's memory: sealed plans, deploy records, ledgers, receipts and locks. One bucket per account for all
 * its regions; every call names the account that must own it, so that somebody else's bucket of the same name is refused.
 */
export type Records = {
  /** @throws Failure `RecordsBucketMissing` when `bootstrap` has not made it yet */
  bucket(): Promise<string>;
  /**
   * Writes an object that must not exist yet (`If-None-Match: *`).
   * @throws Failure `RecordExists` when there is one of this key
   */
  writeOnce(key: string, body: string): Promise<void>;
  /** Undefined when there is no such object. @throws Failure `RecordTooLarge` above 16 MiB */
  read(key: string): Promise<RecordContent | undefined>;
  /** Every object below a prefix, by key. @throws Failure `RecordsTooMany` above 20,000 */
  list(prefix: string): Promise<RecordEntry[]>;
  /**
   * Replaces exactly the content that was read (`If-Match`), or writes the first one.
   * @param etag of the content that was read; undefined: there must be none
   * @returns the new content's etag
   * @throws Failure `RecordChanged` when somebody else wrote meanwhile
   */
  replace(key: string, body: string, etag: string | undefined): Promise<string>;
};
