/** Settings come from the environment; see README.md. */
import { createTransport } from 'nodemailer';
import { mailOf } from './mail.js';
import { receive } from './receive.js';

const { SECRET, SMTP_URL, MAIL_FROM, MAIL_TO, PORT = '8080', HOST = '127.0.0.1' } = process.env;
for (const [name, value] of Object.entries({ SECRET, SMTP_URL, MAIL_FROM, MAIL_TO })) {
  if (value) continue;
  console.error(`the environment variable ${name} is wanted`);
  process.exit(2);
}

const transport = createTransport(SMTP_URL);

// Two secrets, separated by a space, while one replaces the other.
const server = receive(SECRET.split(' ').filter(Boolean), async event => {
  if (event.test || (event.name !== 'push' && event.name !== 'tag_push')) return;
  // The same delivery always makes a mail with the same id, so that even a mailbox can tell a repeated one.
  const messageId = `<${event.id}@belfry.invalid>`;
  await transport.sendMail({ from: MAIL_FROM, to: MAIL_TO, messageId, ...mailOf(event) });
  console.log(`mailed ${event.id}`);
});
server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${server.address().port}`));
