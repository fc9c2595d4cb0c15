import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** One file of a ZIP archive, with `/` between folders; no entry for folders. */
export type ZipEntry = { path: string; content: Uint8Array; symbolicLink: boolean };

// Signatures and field offsets: PKWARE APPNOTE.TXT §4.3.7, §4.3.12, §4.3.16.
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;
/** Unix file types in the upper 16 bits of the external attributes. */
const TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;
const MAKER_UNIX = 3;
/** 1980-01-01, the earliest date a ZIP can state: archives of equal content are equal bytes. */
const FIXED_DATE = 0x0021;

/**
 * Packs files into a ZIP archive. Permissions are left out.
 * @throws RangeError for more than 65,535 files (that would need ZIP64)
 */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  if (entries.length > 0xffff) throw new RangeError(`${entries.length} files do not fit into a ZIP archive.`);
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const packed = deflateRawSync(entry.content);
    const fields = commonFields(entry.content, packed, name);
    const header = Buffer.concat([uint32(LOCAL_HEADER), uint16(20), fields, uint16(0), name]);
    central.push(centralHeader(fields, name, offset, entry.symbolicLink));
    local.push(header, packed);
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const counts = [uint16(0), uint16(0), uint16(entries.length), uint16(entries.length)];
  const end = Buffer.concat([uint32(END_OF_DIRECTORY), ...counts, uint32(directory.length), uint32(offset), uint16(0)]);
  return Buffer.concat([...local, directory, end]);
}

/** Flags (bit 11: names are UTF-8), method, time, date, checksum, sizes and the name's length. */
function commonFields(content: Uint8Array, packed: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    uint16(1 << 11),
    uint16(DEFLATED),
    uint16(0),
    uint16(FIXED_DATE),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.byteLength),
    uint16(name.length),
  ]);
}

function centralHeader(fields: Buffer, name: Buffer, offset: number, symbolicLink: boolean): Buffer {
  const attributes = ((symbolicLink ? SYMBOLIC_LINK | 0o777 : 0o100644) << 16) >>> 0;
  return Buffer.concat([
    uint32(CENTRAL_HEADER),
    uint16((MAKER_UNIX << 8) | 20),
    uint16(20),
    fields,
    uint16(0),
    uint16(0),
    uint16(0),
    uint16(0),
    uint32(attributes),
    uint32(offset),
    name,
  ]);
}

/**
 * Unpacks a ZIP archive.
 * @throws Error when it is not one, is damaged, or would write outside the folder it is unpacked into
 */
export function readZip(archive: Uint8Array): ZipEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf(uint32(END_OF_DIRECTORY));
  if (end === -1) throw new Error('The artifact is not a ZIP archive.');
  const count = bytes.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let position = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const nameLength = bytes.readUInt16LE(position + 28);
    const path = bytes.toString('utf8', position + 46, position + 46 + nameLength);
    if (!path.endsWith('/')) entries.push(readEntry(bytes, position, path));
    position += 46 + nameLength + bytes.readUInt16LE(position + 30) + bytes.readUInt16LE(position + 32);
  }
  return entries;
}

function readEntry(bytes: Buffer, position: number, path: string): ZipEntry {
  if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`The archive names ${path}.`);
  const method = bytes.readUInt16LE(position + 10);
  const size = bytes.readUInt32LE(position + 20);
  const offset = bytes.readUInt32LE(position + 42);
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + size);
  if (method !== STORED && method !== DEFLATED) throw new Error(`${path} is packed with the unknown method ${method}.`);
  const content = method === STORED ? packed : inflateRawSync(packed);
  if (crc32(content) !== bytes.readUInt32LE(position + 16)) throw new Error(`${path} is damaged in the archive.`);
  const mode = bytes.readUInt32LE(position + 38) >>> 16;
  return { path, content, symbolicLink: (mode & TYPE_MASK) === SYMBOLIC_LINK };
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
