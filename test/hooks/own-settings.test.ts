import t from 'tap';
import { addBlock, readBlocks, WANTED_SETTINGS } from '../../src/installer/own-settings.ts';

const BLOCK = `# belfry begin: \`belfry uninstall\` takes these lines out
[receive]
	advertisePushOptions = true
	procReceiveRefs = refs/for
[belfry]
	mirror = true
	allUpdates = true
# belfry end
`;

const removeBlocks = (text: string) => readBlocks(text).rest;
const settingsInBlocks = (text: string) => readBlocks(text).settings;

t.test('adds a block at the end, and takes it out again', async t => {
  for (const text of [
    '',
    '[core]\n\tbare = true\n',
    '[core]\n\tbare = true',
    '\n',
    '\xff',
    '[a]\n\tb = c\\\n',
  ]) {
    const added = addBlock(text, WANTED_SETTINGS);
    t.ok(added.startsWith(text));
    t.match(
      added,
      /^\[receive\]\n\tadvertisePushOptions = true\n\tprocReceiveRefs = refs\/for\n\[belfry\]\n\tmirror = true\n\tallUpdates = true\n# belfry end\n$/m,
    );
    const whole = text === '' || (text.endsWith('\n') && !text.endsWith('\\\n'));
    t.equal(removeBlocks(added), whole ? text : `${text}\n`, 'the last line is whole now');
    t.strictSame(settingsInBlocks(added), [...WANTED_SETTINGS]);
    t.strictSame(settingsInBlocks(text), []);
  }
  t.equal(addBlock('[a]\n', WANTED_SETTINGS), `[a]\n${BLOCK}`);
  t.equal(addBlock('[a]\n', []), '[a]\n');
});

/** Of a repository whose refs nobody watches. */
const USUAL = BLOCK.replace('[belfry]\n\tmirror = true\n\tallUpdates = true\n', '');

t.test('takes out only its own lines when others have edited the file', async t => {
  const added = addBlock('[core]\n\tbare = true', WANTED_SETTINGS);
  t.equal(removeBlocks(`${added}[x]\n\ty = z\n`), '[core]\n\tbare = true\n[x]\n\ty = z\n');
  t.equal(
    removeBlocks(`[a]\n${USUAL.replace('# belfry end', '\tdenyDeletes = true\n# belfry end')}`),
    '[a]\n[receive]\n\tdenyDeletes = true\n',
  );
  t.equal(
    removeBlocks(`[a]\n${USUAL.replace('= true', '= false')}[b]\n`),
    '[a]\n[receive]\n\tadvertisePushOptions = false\n[b]\n',
  );
  t.equal(removeBlocks(`[a]\n${USUAL.replace('# belfry end\n', '')}[b]\n`), '[a]\n[b]\n');
  t.equal(removeBlocks(`${USUAL}[a]\n${USUAL}`), '[a]\n');
  t.equal(
    removeBlocks(`[a]\n${BLOCK.replace('[belfry]', '\n\tdenyDeletes = true\n[belfry]')}`),
    '[a]\n\n[receive]\n\tdenyDeletes = true\n',
    'a value of somebody else keeps its section',
  );
  t.equal(
    removeBlocks(USUAL.replace(/ belfry begin.*/, ' belfry begin: as an earlier version wrote it')),
    '',
  );
  const own = '[receive]\n\tadvertisePushOptions = true\n';
  t.equal(removeBlocks(own), own, 'what an admin has written stays');
});
