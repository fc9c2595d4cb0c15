import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reservedImages } from '../../actions/lib/deployment/profile-names.ts';
import { Failure } from '../../actions/lib/failure.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, misused } from './run-command.ts';

/** The image that new ones are copied from. */
const pattern = 'helloworld';

/** What images/build.sh and the declaration's image_name take. */
const imageName = /^[a-z0-9]{1,100}$/;

export const newImageCommand: Command = {
  options: rootOption,
  positionals: { min: 1, max: 1 },
  async run(args, { out }) {
    const [name = ''] = args.positionals;
    if (!imageName.test(name) || reservedImages.includes(name)) {
      throw misused(
        `${JSON.stringify(name)} cannot be the name of a new image.`,
        'Use lower-case letters and digits only, at most 100; hub and services are the hub’s own.',
      );
    }
    const { root } = await openCheckout(args);
    await copyImage(join(root, 'images', pattern), join(root, 'images', name), name);
    out(`Made images/${name}. Change its Dockerfile and tests/${name}.sh, then use it in a profile:`);
    out(`  image_name: ${name}`);
    return 0;
  },
};

/** Copies the folder and puts the new name for the old one in names and contents of files. */
async function copyImage(from: string, to: string, name: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true, errorOnExist: true, force: false });
  } catch (error) {
    throw copyFailure(error, name);
  }
  const entries = await readdir(to, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    if (text.includes(pattern)) await writeFile(file, text.replaceAll(pattern, name));
    if (entry.name.includes(pattern)) await rename(file, join(entry.parentPath, entry.name.replaceAll(pattern, name)));
  }
}

function copyFailure(error: unknown, name: string): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_FS_CP_EEXIST' && code !== 'ENOENT') throw error;
  const exists = code === 'ERR_FS_CP_EEXIST';
  return new Failure({
    code: exists ? 'FileExists' : 'FileMissing',
    source: 'user',
    message: exists ? `images/${name} exists already and was left as it is.` : `There is no images/${pattern} to copy.`,
    hint: exists ? 'Choose another name.' : 'Take the folder over from the original repository.',
    cause: error,
  });
}
