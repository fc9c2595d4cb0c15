import { readFileSync } from 'node:fs';
import { codeCommitCredentials } from '../../actions/lib/adapters/git/codecommit-credentials.ts';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { overlay, sessionKeys } from './mirror-scene.ts';

/** What the test tells the process it is going to kill: a JSON file, named by the first argument. */
export type ChildOrder = { upstreamUrl: string; ref: string; targetUrl: string; files: Record<string, string> };

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ChildOrder;
await mirrorRepository({
  deployment: 'sar',
  kind: 'cluster',
  repository: 'sar-cluster',
  source: { url: order.upstreamUrl, ref: order.ref },
  layers: [overlay(order.files)],
  target: {
    name: 'sar-cluster',
    url: order.targetUrl,
    credentials: () => codeCommitCredentials(order.targetUrl, 'us-west-2', sessionKeys, new Date()),
  },
  dryRun: false,
  now: () => new Date(),
});
