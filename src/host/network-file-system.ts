/** Whether a path lies on a file system of the network, where SQLite's write-ahead log has no shared memory. */
import { readFile, realpath } from 'node:fs/promises';

const KINDS =
  /^(nfs\d*|cifs|smb\w*|9p|v9fs|afs|ceph|coda|lustre|gpfs|beegfs\w*|ncpfs|davfs\d*|fuse\.(sshfs|glusterfs|s3fs|rclone|davfs\d*|ceph\w*|juicefs))$/;

/**
 * The kind of the file system that an existing directory is on, when that is one of the network; else null.
 * @param mounts the kernel's table of mounts, see proc(5)
 */
export async function networkFileSystem(
  directory: string,
  mounts = '/proc/self/mounts',
): Promise<string | null> {
  const place = await realpath(directory);
  const table = await readFile(mounts, 'utf8').catch(() => '');
  let best = '';
  let kind = '';
  for (const line of table.split('\n')) {
    const [, mounted = '', type = ''] = line.split(' ');
    const at = mounted.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const above = at === '/' || place === at || place.startsWith(`${at}/`);
    // The later one hides the earlier one.
    if (mounted !== '' && above && at.length >= best.length) [best, kind] = [at, type];
  }
  return KINDS.test(kind) ? kind : null;
}
