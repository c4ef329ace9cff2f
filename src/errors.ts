/**
 * The one error type. `code` is stable and for programs, the message is for people (what was wanted, what came),
 * `hint` says what to do. Any other error that reaches an entry is a bug and is shown with its stack.
 */
export class BelfryError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Waiting may fix it, as a database that another process holds or a disk that is full. */
  readonly transient: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; transient?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BelfryError';
    this.code = code;
    this.hint = options.hint;
    this.transient = options.transient ?? false;
  }
}

/** True when the store failed, whether the database is in trouble or refuses what it was given. */
export function isStoreError(error: unknown): boolean {
  return error instanceof BelfryError && (error.code === 'database' || error.code === 'refused');
}

/**
 * `usage` and `invalid` (what came cannot be meant) make the command line exit with 2, all others with 1. `database`: it is
 * locked, full, damaged or of another schema, whatever was asked of it; `refused`: it takes everything but what it was given.
 */
export type ErrorCode =
  | 'usage'
  | 'invalid'
  | 'not-found'
  | 'conflict'
  | 'git'
  | 'home'
  | 'spool'
  | 'database'
  | 'refused'
  | 'key'
  | 'permission'
  | 'environment';
