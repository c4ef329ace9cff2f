import t from 'tap';
import { isExcluded, problemOfExclude, withoutExclusion } from '../../src/model/excluded.ts';
import { defaultSettings } from '../../src/settings/settings.ts';

t.test('globs over full names; ! takes back, whatever the order', async t => {
  const cases: [setting: string, excluded: string[], announced: string[]][] = [
    ['', [], ['app', 'acme/app.wiki']],
    ['!acme/app', [], ['acme/app', 'acme/other']],
    ['acme/*', ['acme/app'], ['app', 'acme/team/app', 'zebra/app']],
    ['acme/**, zebra/tmp-*', ['acme/team/app', 'zebra/tmp-1'], ['zebra/app']],
    ['!acme/real.wiki,**/*.wiki', ['acme/app.wiki'], ['acme/real.wiki']],
    ['{acme,zebra}/app', ['acme/app', 'zebra/app'], ['acme/zebra/app']],
    ['[', [], ['[', 'app']],
  ];
  for (const [setting, excluded, announced] of cases) {
    for (const name of excluded) t.equal(isExcluded(setting, name), true, `${setting}: ${name}`);
    for (const name of announced) t.equal(isExcluded(setting, name), false, `${setting}: ${name}`);
  }
});

t.test('at first the wikis of Gitea and Forgejo, wherever they lie, and nothing else', async t => {
  const setting = defaultSettings('localhost')['repo.exclude'];
  for (const name of ['acme/app.wiki', 'app.wiki', 'acme/team/app.wiki'])
    t.equal(isExcluded(setting, name), true, name);
  for (const name of ['acme/wiki', 'acme/app.wikis', 'app.wiki/app', 'acme/app-wiki'])
    t.equal(isExcluded(setting, name), false, name);
});

t.test('what can never match is refused with the reason', async t => {
  t.equal(problemOfExclude('**/*.wiki,!acme/real.wiki'), null);
  t.equal(problemOfExclude(''), null);
  t.equal(problemOfExclude('a,'), 'globs over names of repositories, got "": it is empty');
  t.equal(problemOfExclude('acme/['), 'globs over names of repositories, got "acme/[": a [ is not closed');
  for (const glob of ['/srv/git/acme/*', 'acme/app.git'])
    t.equal(
      problemOfExclude(glob),
      `globs over names as \`belfry repo list\` has them, without root and .git, got "${glob}"`,
    );
});

t.test('the setting that takes one back does so, whatever it is called', async t => {
  for (const name of ['acme/app.wiki', 'a*/x,y{z}.wiki', '!x/[a]?.wiki', 'b\\c.wiki']) {
    t.equal(isExcluded('**/*.wiki', name), true, name);
    const setting = withoutExclusion('**/*.wiki', name);
    t.equal(problemOfExclude(setting), null, setting);
    t.equal(isExcluded(setting, name), false, setting);
    t.equal(isExcluded(setting, 'acme/other.wiki'), true, setting);
  }
});
