/** Time as the product sees it; the only source of now and of waiting. */
export type Clock = {
  now(): Date;
  /** Resolves after `milliseconds`; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};
