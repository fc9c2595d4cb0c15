import { buildPrograms } from './api-server-programs.ts';

/**
 * Builds what `npm run check:kubernetes -- --local` starts: kube-apiserver, kube-controller-manager and kube-scheduler of the
 * pinned version, from the Go module proxy. Ten to thirty minutes once; afterwards there is nothing to do.
 *
 *   npm run check:kubernetes:build
 */
const tell = (line: string): boolean => process.stderr.write(`${line}\n`);
const started = performance.now();
const programs = await buildPrograms(tell);
for (const path of Object.values(programs)) process.stdout.write(`${path}\n`);
tell(`Kubernetes is there (${((performance.now() - started) / 1000).toFixed(0)} s).`);
