import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root as repository } from '../../setup/install.mjs';

/** Nothing that is outside of a proposal may show this. */
export const canary = 'CANARY-9f1c-outside-of-the-checkout';

/** A checkout to propose to, with a place outside of it that nobody may read. */
export type ProposalCheckout = {
  root: string;
  /** A folder outside with `secret.yaml`, `opensarlab.yaml` and `folder/secret.txt`, and a pipe `pipe` where there are pipes. */
  outside: string;
  /**
   * Puts everything back to a valid proposal with one deployment, `sar`.
   * @param changed whether something was changed below a folder that all deployments share
   */
  reset(changed: (folder: string) => boolean): void;
  /** Whether any file outside was read since the last call; undefined when the file system does not tell. */
  wasRead(): boolean | undefined;
  close(): void;
};

const shared = ['cluster', 'images'];

/** Text of a valid declaration of the deployment `sar`. */
export const soundDeclaration = readFileSync(join(repository, 'deployments/_example/opensarlab.yaml'), 'utf8')
  .replace('cost_tag_value: example', 'cost_tag_value: sar')
  .replace('https://example.', 'https://sar.');

export function openProposalCheckout(): ProposalCheckout {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const root = join(folder, 'proposal');
  const outside = join(folder, 'outside');
  mkdirSync(join(outside, 'folder'), { recursive: true });
  const secrets = ['secret.yaml', 'opensarlab.yaml', 'folder/secret.txt', 'folder/opensarlab.yaml'].map((name) =>
    join(outside, name),
  );
  for (const secret of secrets) writeFileSync(secret, `${canary}: ${canary}\n`);
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(outside, 'pipe')]);
  const pristine = join(folder, 'pristine');
  for (const path of shared) {
    cpSync(join(repository, path), join(pristine, path), {
      recursive: true,
      filter: (from) => !/node_modules/.test(from),
    });
  }
  const age = (): void => {
    // A read updates the access time of a file whose access time is older than its last change (mount(8), relatime).
    for (const secret of secrets) utimesSync(secret, new Date('2020-01-01'), new Date('2021-01-01'));
  };
  const times = (): string => secrets.map((secret) => statSync(secret).atimeMs).join();
  age();
  const old = times();
  readFileSync(secrets[0] ?? '');
  const tells = times() !== old;
  age();
  return {
    root,
    outside,
    reset(changed) {
      for (const path of ['deployments', ...shared]) {
        if (path !== 'deployments' && !changed(path) && existsSync(join(root, path))) continue;
        rmSync(join(root, path), { recursive: true, force: true, maxRetries: 3 });
        if (path !== 'deployments') cpSync(join(pristine, path), join(root, path), { recursive: true });
      }
      mkdirSync(join(root, 'deployments/sar'), { recursive: true });
      writeFileSync(join(root, 'deployments/sar/opensarlab.yaml'), soundDeclaration);
    },
    wasRead() {
      if (!tells) return undefined;
      const read = times() !== old;
      age();
      return read;
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
