import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateBoolean, evaluateNumber, evaluateToken } from '../expressions/token.ts';
import { asText, isList, isRecord, type Value } from '../expressions/value.ts';

/** The values one job of a matrix gets as its `matrix` context. */
export type MatrixCombination = { readonly [key: string]: Value };

export type Strategy = {
  combinations: MatrixCombination[];
  failFast: boolean;
  maxParallel: number;
  hasMatrix: boolean;
};

/** "A matrix will generate a maximum of 256 jobs per workflow run" (workflow syntax, `strategy.matrix`). */
const MAXIMUM_JOBS = 256;

/** A matrix that GitHub refuses; the job fails with this message. */
export class MatrixError extends Error {
  override readonly name = 'MatrixError';
}

/**
 * A job's strategy, computed. Without a matrix there is one combination without values.
 * @throws MatrixError, ExpressionFailure
 */
export function evaluateStrategy(token: TemplateToken | undefined, scope: Scope): Strategy {
  const settings = entriesOf(token);
  const matrix = settings.get('matrix');
  return {
    combinations: matrix ? expandMatrix(evaluateToken(matrix, scope)) : [{}],
    failFast: evaluateBoolean(settings.get('fail-fast'), scope, true),
    maxParallel: evaluateNumber(settings.get('max-parallel'), scope, Number.POSITIVE_INFINITY),
    hasMatrix: matrix !== undefined,
  };
}

/**
 * Every combination of a matrix, the first vector varying slowest; then `exclude`, then `include`
 * (docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations).
 * @throws MatrixError
 */
export function expandMatrix(matrix: Value): MatrixCombination[] {
  if (!isRecord(matrix)) throw new MatrixError('Unexpected value: a matrix must be an object of lists.');
  const { include = [], exclude = [], ...vectors } = matrix;
  const included = filterList('include', include);
  const excluded = filterList('exclude', exclude);
  if (Object.keys(vectors).length === 0 && included.length === 0) {
    throw new MatrixError('Matrix must define at least one vector');
  }
  const originals = crossProduct(vectors).filter(
    (combination) => !excluded.some((filter) => isPartOf(filter, combination)),
  );
  const combinations = addIncluded(originals, Object.keys(vectors), included);
  if (combinations.length === 0) throw new MatrixError('The matrix has no combination left after `exclude`.');
  if (combinations.length > MAXIMUM_JOBS) {
    throw new MatrixError(`The matrix generates ${combinations.length} jobs; at most ${MAXIMUM_JOBS} are allowed.`);
  }
  return combinations;
}

/** The leaf values in order, as in a job's name: `build (linux, 24)`. */
export function matrixLabel(value: Value): string[] {
  if (isList(value)) return value.flatMap(matrixLabel);
  if (isRecord(value)) return Object.values(value).flatMap(matrixLabel);
  return [asText(value)];
}

function filterList(name: string, value: Value): MatrixCombination[] {
  if (!isList(value)) throw new MatrixError(`Unexpected value: \`${name}\` of a matrix must be a list.`);
  return value.map((item) => {
    if (!isRecord(item)) throw new MatrixError(`Unexpected value: each entry of \`${name}\` must be an object.`);
    return item;
  });
}

function crossProduct(vectors: MatrixCombination): MatrixCombination[] {
  if (Object.keys(vectors).length === 0) return [];
  let combinations: MatrixCombination[] = [{}];
  for (const [name, values] of Object.entries(vectors)) {
    if (!isList(values)) throw new MatrixError(`Unexpected value: matrix vector '${name}' must be a list.`);
    if (values.length === 0) throw new MatrixError(`Matrix vector '${name}' does not contain any values`);
    combinations = combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  }
  return combinations;
}

/**
 * An entry of `include` is added to each original combination whose original values it does not overwrite; one that
 * can be added to none becomes a combination of its own.
 */
function addIncluded(
  originals: MatrixCombination[],
  vectorNames: string[],
  included: MatrixCombination[],
): MatrixCombination[] {
  const combinations = originals.map((original) => ({ ...original }));
  const additional: MatrixCombination[] = [];
  for (const entry of included) {
    const matching = combinations.filter((_, index) =>
      vectorNames.every((name) => !(name in entry) || isSame(entry[name], originals[index]?.[name])),
    );
    if (matching.length === 0) additional.push(entry);
    for (const combination of matching) Object.assign(combination, entry);
  }
  return [...combinations, ...additional];
}

/** Is each value of the filter found in the combination? Objects may be named in part. */
function isPartOf(filter: Value, value: Value | undefined): boolean {
  if (isRecord(filter) && value !== undefined && isRecord(value)) {
    return Object.entries(filter).every(([key, item]) => isPartOf(item, value[key]));
  }
  return isSame(filter, value);
}

function isSame(left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
