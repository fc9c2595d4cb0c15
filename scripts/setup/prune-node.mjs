// `npm ci` runs this last. The installer of the npm package `node` unpacks a whole Node distribution and copies its
// binary out of it; the rest (headers, a second npm, documentation) is 68 MB that nothing here reads.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
rmSync(join(root, 'node_modules', 'node', 'node_modules'), { recursive: true, force: true });
