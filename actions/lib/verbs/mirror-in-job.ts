import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { MirrorDiverged } from '../git/divergence.ts';
import type { MirrorRecord } from '../git/mirror-record.ts';
import { connectGitHub } from '../github/connection.ts';
import { mirror } from './mirror.ts';
import { adoptDivergence } from './mirror-adoption.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Inputs of the action as they are given; empty = not given. */
export type MirrorInputs = {
  cache: string;
  /** `fail`, `adopt` or `discard` */
  divergence: string;
  token: string;
  /** `owner/name` that gets the pull request. */
  repository: string;
  /** GITHUB_API_URL */
  apiUrl: string;
};

/**
 * The mirror as a workflow runs it. With `adopt` somebody's change in CodeCommit becomes a pull request; the job still
 * fails, because nothing was mirrored.
 * @throws Failure `InputInvalid`; MirrorDiverged; `DivergenceProposed` with the pull request
 */
export async function mirrorInJob(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  inputs: MirrorInputs,
): Promise<MirrorRecord[]> {
  const { divergence, token, repository, apiUrl } = inputs;
  const cache = inputs.cache === '' ? undefined : inputs.cache;
  if (!['', 'fail', 'adopt', 'discard'].includes(divergence)) throw invalidInput(divergence);
  try {
    return await mirror(surroundings, deployment, connection, false, { cache, discard: divergence === 'discard' });
  } catch (error) {
    if (!(error instanceof MirrorDiverged) || divergence !== 'adopt') throw error;
    const github = connectGitHub(token, repository, apiUrl === '' ? undefined : apiUrl);
    const proposed = await adoptDivergence(surroundings, deployment, connection, github, cache);
    if (proposed === undefined) throw error;
    throw new Failure({
      code: 'DivergenceProposed',
      source: 'user',
      message: `${error.message} ${proposed.url} proposes to adopt it.`,
      hint: 'Merge it; the mirror after that goes on. Or close it and run `mirror --discard`.',
      cause: error,
    });
  }
}

function invalidInput(value: string): Failure {
  return new Failure({
    code: 'InputInvalid',
    source: 'user',
    message: `The input \`divergence\` is ${JSON.stringify(value)}; it must be fail, adopt or discard.`,
  });
}
