import t from 'tap';
import { COUNTED, type CountedKey, PHRASES, type PhraseKey } from '../../src/messages/catalogue.ts';
import { plain } from '../../src/messages/outline.ts';
import { phrasesIn } from '../../src/messages/phrases.ts';
import { LANGUAGES } from '../../src/model/names.ts';

const formsOf = (said: string | object): string[] =>
  typeof said === 'string' ? [said] : Object.values(said);
const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();

t.test('every phrase stands in every language, with the same places to fill', async t => {
  for (const [key, phrase] of Object.entries(PHRASES)) {
    t.same(Object.keys(phrase).toSorted(), [...LANGUAGES].toSorted(), key);
    for (const language of LANGUAGES) {
      t.ok(phrase[language].trim() !== '', `${key} in ${language}`);
      t.same(places(phrase[language]), places(phrase.en), `${key} in ${language}`);
    }
  }
});

t.test('every counted phrase has exactly the plural forms that its language needs', async t => {
  for (const [key, forms] of Object.entries(COUNTED)) {
    for (const language of LANGUAGES) {
      const rules = new Intl.PluralRules(language);
      const wanted = new Set(Array.from({ length: 1_000 }, (_, n) => rules.select(n)));
      const said = forms[language];
      if (typeof said !== 'string')
        t.same(Object.keys(said).toSorted(), [...wanted].toSorted(), `${key} in ${language}`);
      for (const form of formsOf(said))
        t.same(places(form), places(formsOf(forms.en)[0]!), `${key} in ${language}`);
    }
  }
});

t.test('marks are closed, and only the three that are known', async t => {
  for (const [key, phrase] of Object.entries(PHRASES))
    for (const language of LANGUAGES)
      t.notMatch(
        phrase[language].replace(/(?<![^\s(])\*[+!-][\p{L}-]+\*(?![^\s,])/gu, ''),
        '*',
        `${key} in ${language}`,
      );
});

t.test('nothing that a platform takes for markup stands in our own words', async t => {
  const texts = [
    ...Object.values(PHRASES).flatMap(phrase => LANGUAGES.map(language => phrase[language])),
    ...Object.values(COUNTED).flatMap(forms => LANGUAGES.flatMap(language => formsOf(forms[language]))),
  ];
  for (const text of texts) t.notMatch(text, /[[\]<>`_|\\@]/);
});

t.test('numbers take the right form', async t => {
  const said = (language: 'en' | 'zh' | 'ru', n: number) => plain(phrasesIn(language).count('newCommits', n));
  t.same(
    [0, 1, 2, 1234].map(n => said('en', n)),
    ['0 new commits', '1 new commit', '2 new commits', '1,234 new commits'],
  );
  t.same(
    [1, 5].map(n => said('zh', n)),
    ['1 个新提交', '5 个新提交'],
  );
  t.same(
    [0, 1, 2, 5, 11, 12, 21, 22, 25, 111].map(n => said('ru', n)),
    [
      '0 новых коммитов',
      '1 новый коммит',
      '2 новых коммита',
      '5 новых коммитов',
      '11 новых коммитов',
      '12 новых коммитов',
      '21 новый коммит',
      '22 новых коммита',
      '25 новых коммитов',
      '111 новых коммитов',
    ],
  );
});

t.test('a value is never read as a template', async t => {
  const line = phrasesIn('en').say('updated', { who: '{repo} *!x*', ref: '{who}', repo: 'r' });
  t.equal(plain(line), '{repo} *!x* updated branch {who} in r');
  t.ok(line.every(one => one.strong === null));
});

t.test('every word of the catalogue is said somewhere', async t => {
  const { readdirSync, readFileSync } = await import('node:fs');
  const folder = new URL('../../src/messages/', import.meta.url);
  const sources = readdirSync(folder)
    .filter(name => name !== 'catalogue.ts')
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const keys: (PhraseKey | CountedKey)[] = [
    ...(Object.keys(PHRASES) as PhraseKey[]),
    ...(Object.keys(COUNTED) as CountedKey[]),
  ];
  t.same(
    keys.filter(key => !sources.includes(`'${key}'`)),
    [],
  );
});
