import type { ShapeError } from './shape.ts';

/**
 * Makes one violation of those of a field that may have several types (`anyOf` in the schema): the alternatives of other
 * types than the value's say nothing; when there is none of its type, they become one violation that names all types.
 */
export function alternativesJoined(errors: readonly ShapeError[]): ShapeError[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath));
  if (choices.size === 0) return [...errors];
  const isChoice = ({ instancePath }: ShapeError): boolean => choices.has(instancePath);
  const others = errors.filter((error) => !isChoice(error) || (error.keyword !== 'anyOf' && error.keyword !== 'type'));
  const mistyped = errors.filter((error) => error.keyword === 'type' && isChoice(error));
  // An alternative of the value's type has said what is wrong with it or below it.
  const untold = mistyped.filter(
    ({ instancePath: path }) =>
      !others.some((other) => other.instancePath === path) &&
      !errors.some((other) => other.instancePath.startsWith(`${path}/`)),
  );
  return [...others, ...new Map(untold.map((error) => [error.instancePath, error])).values()];
}
