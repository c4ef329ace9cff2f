/** Where Debian and most others keep programs. A hook's own PATH is bare, and so is that of cron and some of sudo's. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A PATH on which the system's programs are found, too, behind those that it names. */
export function withSystemPath(path: string | undefined): string {
  const given = (path ?? '').split(':').filter(Boolean);
  return [...given, ...SYSTEM_PATH.split(':').filter(directory => !given.includes(directory))].join(':');
}
