/** Who may write a repository: by what lies there itself, and nothing that a link leads to. */
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { isTrusted, trustIn } from '../../src/announce/trust.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import type { SpoolFile } from '../../src/spool/spool.ts';

const NOBODY = 65_534;

t.test(
  'refs that lead elsewhere give nobody a right',
  { skip: process.getuid?.() !== 0 && 'only root can give files away' },
  async t => {
    const dir = t.testdir({ 'app.git': {}, mine: {} });
    const [repository, mine] = [join(dir, 'app.git'), join(dir, 'mine')];
    const refs = join(repository, 'refs');
    mkdirSync(refs);
    chownSync(mine, NOBODY, NOBODY);
    const settings = resolveSettings(new Map(), 'host');
    const may = async (directory = repository) => {
      const file = { uid: NOBODY, trusted: false, push: { directory, environment: new Map() } };
      const word = await trustIn(file as unknown as SpoolFile, settings);
      t.equal(await isTrusted({ uid: NOBODY, trusted: false, directory }, settings), word.trusted);
      return word.trusted;
    };
    t.equal(await may(), false, 'it is root’s');
    renameSync(refs, `${refs}.own`);
    symlinkSync(mine, refs);
    t.equal(await may(), false, 'a link to a directory of his own');
    renameSync(refs, `${refs}.link`);
    renameSync(`${refs}.own`, refs);
    chownSync(refs, 0, NOBODY);
    chmodSync(refs, 0o2775);
    t.equal(await may(), true, 'his group may write');
    chmodSync(refs, 0o2755);
    t.equal(await may(), false, 'his group may not');
    chownSync(refs, NOBODY, 0);
    t.equal(await may(), true, 'his own');
    symlinkSync(repository, join(dir, 'link.git'));
    t.equal(await may(join(dir, 'link.git')), false, 'a path that is no real path says nothing');
  },
);
