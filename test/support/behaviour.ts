/** The ways in which a receiver answers: one function each, from correct to hostile. Used with `receiver.script`. */
import type { ServerResponse } from 'node:http';

export type Behaviour = (response: ServerResponse) => void;

export function answer(
  status: number,
  { headers = {}, body = 'ok' }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Behaviour {
  return response => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Takes the request and never says a word. */
export const silent: Behaviour = () => {};

/** One byte at a time, the first at once and the others `everyMs` apart. */
export function slowly(body: string, everyMs: number): Behaviour {
  return response => {
    response.writeHead(200, { 'Content-Length': String(Buffer.byteLength(body)) });
    const bytes = [...Buffer.from(body)];
    const next = () => {
      const byte = bytes.shift();
      if (byte === undefined) {
        response.end();
        return;
      }
      response.write(Buffer.of(byte));
      const timer = setTimeout(next, everyMs);
      response.once('close', () => clearTimeout(timer));
    };
    response.setMaxListeners(0);
    next();
  };
}

/** A body of that many bytes, as fast as it is taken; `sent` says how many left before the other side hung up. */
export function endless(bytes: number, sent?: (bytes: number) => void): Behaviour {
  return response => {
    const chunk = Buffer.alloc(65_536, 'x');
    let left = bytes;
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    response.once('close', () => sent?.(bytes - Math.max(left, 0)));
    more();
  };
}

/** Bytes that are no HTTP. */
export const garbage: Behaviour = response => {
  response.socket?.end(Buffer.from('\u0000\u0001 this is no HTTP \r\n\r\n\xff', 'latin1'));
};

/** Resets the connection in place of an answer. */
export const reset: Behaviour = response => {
  response.socket?.resetAndDestroy();
};

/** Promises a body, and hangs up after the headers. */
export const cutOff: Behaviour = response => {
  const socket = response.socket;
  socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', () => socket.destroy());
};

/** Answers only when it is told to. Many requests may wait at the same time. */
export function onHold(then: Behaviour = answer(200)): {
  behaviour: Behaviour;
  release(): void;
  waiting(): number;
} {
  const held: ServerResponse[] = [];
  let open = false;
  return {
    behaviour: response => {
      if (open) then(response);
      else held.push(response);
    },
    release() {
      open = true;
      for (const response of held.splice(0)) then(response);
    },
    waiting: () => held.length,
  };
}
