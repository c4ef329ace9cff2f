/**
 * Smart HTTP as a server has it: `git http-backend` as a CGI program, behind basic authentication whose login becomes
 * REMOTE_USER. Bodies are streamed both ways and passed on as they are, compressed ones too.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { environment } from './environment.ts';

export interface HttpGitServer {
  /** The URL of a path below the root, with a login's credentials in it: `url('acme/app.git', 'alice')`. */
  url(path: string, login?: string): string;
}

const PASSWORD = 'open-sesame';

/** `dir` is a directory of the test, and its `root/` is served. */
export async function httpGitServer(t: Pick<Test, 'teardown'>, dir: string): Promise<HttpGitServer> {
  const server = createServer((request, response) => {
    const login = loginOf(request);
    if (login === null) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="belfry test"' }).end();
      return;
    }
    backend(request, response, login, dir);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: (path, login = 'alice') => `http://${login}:${PASSWORD}@127.0.0.1:${port}/${path}` };
}

function loginOf(request: IncomingMessage): string | null {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return null;
  const [login = '', password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return password === PASSWORD && login !== '' ? login : null;
}

function backend(request: IncomingMessage, response: ServerResponse, login: string, dir: string): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const variables: Record<string, string | undefined> = {
    GIT_PROJECT_ROOT: `${dir}/root`,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'],
    CONTENT_LENGTH: request.headers['content-length'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    REMOTE_USER: login,
    REMOTE_ADDR: request.socket.remoteAddress,
  };
  const given = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const child = spawn('git', ['http-backend'], {
    env: environment(dir, Object.fromEntries(given)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  readCgi(child.stdout, response);
}

/** A CGI answer is headers, an empty line and the body; `Status` is no header but the status line. */
function readCgi(stdout: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    stdout.off('data', onData);
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.appendHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    stdout.pipe(response);
  };
  stdout.on('data', onData);
  stdout.on('end', () => response.end());
}
