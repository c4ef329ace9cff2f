/**
 * The one error type. `code` is stable and for programs, the message is for people (what was wanted, what came),
 * `hint` says what to do. Any other error that reaches an entry is a bug and is shown with its stack.
 */
export class BelfryError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BelfryError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** `usage` and `invalid` (what came cannot be meant) make the command line exit with 2, all others with 1. */
export type ErrorCode =
  | 'usage'
  | 'invalid'
  | 'not-found'
  | 'conflict'
  | 'git'
  | 'home'
  | 'spool'
  | 'database'
  | 'key'
  | 'permission'
  | 'environment';
