/**
 * A value of which any part may be missing: what is left of a file when everything malformed is taken out of it. Checks
 * work on drafts, so that one mistake does not hide the others. Entries of lists keep their places.
 */
export type Draft<T> = T extends readonly (infer U)[]
  ? (Draft<U> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: Draft<T[K]> | undefined }
    : T;
