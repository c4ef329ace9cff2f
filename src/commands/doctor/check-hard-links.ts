/** Whether the kernel keeps members from giving names in shared repositories to files of others. */
import { readFile } from 'node:fs/promises';
import { isShared } from '../../host/share-home.ts';
import type { Finding } from './finding.ts';

const SWITCH = '/proc/sys/fs/protected_hardlinks';

/** @param path of the kernel's switch; where it cannot be read, nothing is known and nothing is said */
export async function checkHardLinks(home: string, path = SWITCH): Promise<Finding[]> {
  const value = await readFile(path, 'utf8').catch(() => '1');
  if (value.trim() !== '0' || !(await isShared(home))) return [];
  return [
    {
      area: 'home',
      subject: path,
      level: 'wrong',
      wanted: '1, as every distribution sets it: other accounts share repositories with this home',
      got: '0: they may give a name in a repository to any file of the owner of the home',
      mend: 'sudo sysctl -w fs.protected_hardlinks=1   # and in /etc/sysctl.d, so that it stays',
    },
  ];
}
