import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../../actions/lib/failure.ts';
import type { OverlayFile } from '../../actions/lib/mirror/overlay.ts';
import { count } from '../../actions/lib/report/markdown.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { render } from '../../actions/lib/verbs/render.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, misused } from './run-command.ts';

/** Marks a folder as written by this command, so that it may be emptied before it is written again. */
const markerName = '.opensarlab-render';

export const renderCommand: Command = {
  options: {
    ...rootOption,
    out: { type: 'string', value: 'DIR', help: 'Folder to write to; what is in it must be of an earlier run.' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, { out }) {
    const folder = args.text('out');
    if (folder === undefined || folder === '') throw misused('Say where to write: --out DIR.');
    const workspace = await openCheckout(args);
    const deployment = await findDeployment({ workspace }, args.positionals[0] ?? '');
    const files = await render({ workspace }, deployment);
    await emptyFolder(resolve(folder));
    for (const file of files) await writeOverlayFile(resolve(folder), file);
    out(`Wrote ${count(files.length, 'file')} to ${folder}; README.md there says what they are.`);
    return 0;
  },
};

/** @throws Failure `FolderInUse` when the folder holds something that this command did not write */
async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  if (names.length > 0 && !names.includes(markerName)) {
    throw new Failure({
      code: 'FolderInUse',
      source: 'user',
      message: `The folder ${JSON.stringify(folder)} holds something else; nothing was written.`,
      hint: 'Give a new or empty folder, or one that an earlier render wrote.',
    });
  }
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(join(folder, markerName), 'Written by `opensarlab render`, which empties this folder first.\n');
}

async function writeOverlayFile(folder: string, { path, mode, content }: OverlayFile): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  if (mode === '120000') {
    await symlink(content.toString('utf8'), file);
    return;
  }
  await writeFile(file, content);
  await chmod(file, mode === '100755' ? 0o755 : 0o644);
}
