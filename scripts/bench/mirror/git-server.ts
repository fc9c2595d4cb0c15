import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { serveGitHttpBackend } from '@opensarlab/sandbox';

/** A Git repository served over HTTP to anybody, as public repositories are. */
export type GitServer = {
  /** The repository's URL. */
  url: string;
  close(): Promise<void>;
};

/** Settings of the large public hosts: any commit by its id, and partial clones. */
const publicHost = [
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['safe.directory', '*'],
] as const;

/**
 * @param folder the repository, bare or a `.git` folder; only read unless `writable`
 * @param options.writable take pushes, from anybody
 */
export async function startGitServer(folder: string, options: { writable?: boolean } = {}): Promise<GitServer> {
  const settings = [...publicHost, ...(options.writable ? [['http.receivepack', 'true'] as const] : [])];
  const env = Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const service = /\/(?:info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathname)?.[0] ?? '';
    serveGitHttpBackend(request, response, {
      projectRoot: dirname(folder),
      pathInfo: `/${basename(folder)}${service}`,
      remoteUser: options.writable ? 'anybody' : undefined,
      env,
    }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/upstream.git`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
