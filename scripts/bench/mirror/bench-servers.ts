import { execFileSync } from 'node:child_process';
import { startCodeCommit } from '@opensarlab/sandbox';
import { codeCommitCredentials } from '../../../actions/lib/adapters/git/codecommit-credentials.ts';
import type { Remote } from '../../../actions/lib/adapters/git/remote.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { startGitServer } from './git-server.ts';

const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 'token' };
const repository = 'bench-cluster';

/** The servers of a benchmark, each behind a proxy that counts. */
export type BenchServers = {
  upstream: CountingProxy;
  upstreamUrl: string;
  /** CodeCommit with an empty repository, for the mirror. */
  codeCommit: CountingProxy;
  target: Remote;
  /** A plain server with an empty repository, for what is compared. */
  plain: CountingProxy;
  plainUrl: string;
  close(): Promise<void>;
};

/**
 * @param source the upstream repository, only read
 * @param plainFolder where the plain server's repository is made
 */
export async function startBenchServers(source: string, plainFolder: string): Promise<BenchServers> {
  const upstreamServer = await startGitServer(source);
  const upstream = await startCountingProxy(upstreamServer.url);
  const codeCommitGit = await startCodeCommit(() => keys);
  await codeCommitGit.create(repository);
  const codeCommit = await startCountingProxy(codeCommitGit.url);
  const url = `${codeCommit.url}/v1/repos/${repository}`;
  execFileSync('git', ['init', '--quiet', '--bare', plainFolder]);
  const plainServer = await startGitServer(plainFolder, { writable: true });
  const plain = await startCountingProxy(plainServer.url);
  return {
    ...{ upstream, codeCommit, plain },
    upstreamUrl: `${upstream.url}/upstream.git`,
    plainUrl: `${plain.url}/upstream.git`,
    target: {
      name: repository,
      url,
      credentials: () => codeCommitCredentials(url, codeCommitGit.region, keys, new Date()),
    },
    async close() {
      const all = [upstream, codeCommit, plain, upstreamServer, plainServer, codeCommitGit];
      await Promise.all(all.map((server) => server.close()));
    },
  };
}
