/**
 * Why SQLite cannot be loaded; null when it can. The library may be for another processor or another C library, or half
 * of it lost to a full disk: whoever asks must not have imported anything that imports it.
 */
export function sqliteTrouble(): Promise<string | null> {
  return import('better-sqlite3').then(
    ({ default: Database }) => {
      new Database(':memory:').close();
      return null;
    },
    error => (error as Error).message,
  );
}
