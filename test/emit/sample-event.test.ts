import t from 'tap';
import { sampleEvent } from '../../src/emit/sample-event.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import { LINK_STYLES, repositoryLinks } from '../../src/model/links.ts';
import { sampleRepository, sampleUser } from '../support/sample-events.ts';

const WEB = 'https://git.example.com';

t.test('each made-up event is complete, and plainly a test', async t => {
  for (const style of LINK_STYLES) {
    const bases = { web: WEB, style, http: WEB, ssh: 'git@h:', git: 'git://h/' };
    const links = repositoryLinks(bases, { fullName: 'acme/app', served: 'acme/app.git' });
    for (const name of ['issue', 'merge_request', 'note'] as const) {
      const event = await sampleEvent(name, {
        repository: sampleRepository(),
        enterprise: null,
        links,
        actor: sampleUser(),
        now: Date.UTC(2026, 10, 23, 9),
        offset: '+08:00',
      });
      const checked = eventContent.safeParse(event);
      t.ok(checked.success, `${style} ${name} ${checked.error}`);
      t.equal(event.name, name);
      t.match(JSON.stringify(event.data), /Test of a webhook/);
      t.match(JSON.stringify(event.data), /2026-11-23T17:00:00\+08:00/);
    }
  }
});
