import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readZip, writeZip } from './zip-archive.ts';

const path = fc
  .array(fc.stringMatching(/^[a-zé]{1,8}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));
const entry = fc.record({ path, content: fc.uint8Array({ maxLength: 300 }), symbolicLink: fc.boolean() });

it('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: (each) => each.path }), (entries) => {
      const copy = readZip(writeZip(entries)).map((each) => ({ ...each, content: new Uint8Array(each.content) }));
      expect(copy).toEqual(entries);
    }),
  );
});

it('refuses names that lead out of the folder, damage, and other files', () => {
  const file = { content: Buffer.from('text'), symbolicLink: false };
  expect(() => readZip(writeZip([{ ...file, path: '../outside' }]))).toThrow('../outside');
  expect(() => readZip(writeZip([{ ...file, path: '/etc/x' }]))).toThrow('/etc/x');
  expect(() => readZip(Buffer.from('no archive'))).toThrow('not a ZIP archive');
  const damaged = Buffer.from(writeZip([{ ...file, path: 'a' }]));
  const checksum = damaged.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 16;
  damaged.writeUInt32LE(0, checksum);
  expect(() => readZip(damaged)).toThrow('damaged');
});
