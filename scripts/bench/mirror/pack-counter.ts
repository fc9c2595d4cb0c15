/** Start of a pack of version 2; the four bytes after it are the number of objects (git-scm.com/docs/gitformat-pack). */
const signature = Buffer.from('PACK\0\0\0\u0002', 'latin1');
const headerBytes = signature.length + 4;

/** Counts the objects of the packs in a stream of Git's smart HTTP protocol, with or without side bands. */
export type PackCounter = { add(chunk: Buffer): void; objects(): number };

/** Git sends at most one pack in a request or response; what looks like a second one is file content. */
export function createPackCounter(): PackCounter {
  let carried = Buffer.alloc(0);
  let counted: number | undefined;
  return {
    add(chunk) {
      if (counted !== undefined) return;
      const text = Buffer.concat([carried, chunk]);
      const start = text.indexOf(signature);
      if (start >= 0 && text.length >= start + headerBytes) counted = text.readUInt32BE(start + signature.length);
      else carried = text.subarray(start >= 0 ? start : Math.max(0, text.length - headerBytes));
    },
    objects: () => counted ?? 0,
  };
}
