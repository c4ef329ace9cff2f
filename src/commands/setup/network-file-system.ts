/** Whether a path lies on a file system of the network, where SQLite's write-ahead log has no shared memory. */

const KINDS =
  /^(nfs\d*|cifs|smb\w*|9p|v9fs|afs|ceph|coda|lustre|gpfs|beegfs\w*|ncpfs|davfs\d*|fuse\.(sshfs|glusterfs|s3fs|rclone|davfs\d*|ceph\w*|juicefs))$/;

/**
 * The kind of the file system that an existing directory is on, when that is one of the network; else null.
 * @param mounts what /proc/self/mounts says, see proc(5)
 */
export function networkFileSystem(directory: string, mounts: string): string | null {
  let best = '';
  let kind = '';
  for (const line of mounts.split('\n')) {
    const [, place = '', type = ''] = line.split(' ');
    const at = place.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const above = at === '/' || directory === at || directory.startsWith(`${at}/`);
    // The later one hides the earlier one.
    if (place !== '' && above && at.length >= best.length) [best, kind] = [at, type];
  }
  return KINDS.test(kind) ? kind : null;
}
