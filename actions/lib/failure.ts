/** Whose fault it is: the person's input, AWS (or GitHub, or a Git server), or this product's own code. */
export type FailureSource = 'user' | 'aws' | 'github' | 'git' | 'product';

/** The line of a file of the checkout that a failure is about; lines count from 1. */
export type FailurePlace = { file: string; line: number };

/**
 * The one error type of the product. `message` is one clear sentence for people; `code` is stable for programs;
 * `hint` says what to do about it.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly source: FailureSource;
  readonly hint: string | undefined;
  readonly place: FailurePlace | undefined;

  constructor(options: {
    code: string;
    source: FailureSource;
    message: string;
    hint?: string;
    cause?: unknown;
    place?: FailurePlace;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.source = options.source;
    this.hint = options.hint;
    this.place = options.place;
  }
}

/** Any thrown value as a Failure; what is not one already becomes a product failure with the original as its cause. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure({ code: 'Unexpected', source: 'product', message, cause: error });
}
