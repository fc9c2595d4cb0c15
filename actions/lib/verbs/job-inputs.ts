import { Failure } from '../failure.ts';

/**
 * The number of a pull request as a workflow hands it on; undefined when it is empty.
 * @throws Failure `InputInvalid` for anything else: what is malformed is not the same as nothing
 */
export function pullRequestInput(given: string): number | undefined {
  if (given === '') return undefined;
  if (/^[1-9]\d{0,9}$/.test(given)) return Number(given);
  throw invalid(`${JSON.stringify(given.slice(0, 40))} is no number of a pull request.`);
}

/** Names of deployments as a workflow hands them on, a JSON list; empty: none. @throws Failure `InputInvalid` */
export function namesInput(given: string): string[] {
  const value = parse(given === '' ? '[]' : given);
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value;
  throw invalid('The input `expected` is not a JSON list of names.');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invalid(message: string): Failure {
  return new Failure({ code: 'InputInvalid', source: 'user', message });
}
