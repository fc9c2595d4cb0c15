import type { Build } from '../ports/builds.ts';

/** Why a build failed, in one line: its first failed phase in CodeBuild's own words. */
export function describeFailedBuild(build: Build): string {
  if (build.status === 'TIMED_OUT') return 'the build ran out of its time';
  if (build.status === 'STOPPED') return 'somebody stopped the build';
  const phase = build.failedPhase;
  return phase === undefined
    ? `the build ended in ${build.status}`
    : `${phase.name}: ${phase.message.replace(/\s+/g, ' ')}`;
}
