/** A mail server on loopback that speaks as much SMTP as a client without TLS and login needs, and keeps every mail. */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { until } from './until.ts';

export interface MailServer {
  url: string;
  /** The mails as they came, once there are so many. */
  received(count: number): Promise<{ from: string; to: string[]; text: string }[]>;
}

export async function mailServer(t: Pick<Test, 'teardown'>): Promise<MailServer> {
  const mails: { from: string; to: string[]; text: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    let mail = { from: '', to: [] as string[], text: '' };
    let inText = false;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const take = (line: string) => {
      if (inText) {
        if (line !== '.') {
          mail.text += `${line.replace(/^\./, '')}\r\n`;
          return;
        }
        inText = false;
        mails.push(mail);
        mail = { from: '', to: [], text: '' };
        say('250 kept');
        return;
      }
      const [, address = ''] = /<(.*?)>/.exec(line) ?? [];
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'EHLO' || command === 'HELO') say('250 mail.example.com');
      else if (command === 'MAIL') mail.from = address;
      else if (command === 'RCPT') mail.to.push(address);
      else if (command === 'DATA') inText = true;
      if (command === 'MAIL' || command === 'RCPT' || command === 'RSET') say('250 ok');
      else if (command === 'DATA') say('354 go on');
      else if (command === 'QUIT') socket.end('221 bye\r\n');
    };
    socket.setEncoding('utf8').on('data', chunk => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop()!;
      lines.forEach(take);
    });
    say('220 mail.example.com ESMTP');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: count => until(`${count} mails`, () => mails.length >= count && mails),
  };
}
