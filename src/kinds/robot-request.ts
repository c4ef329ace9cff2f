/** The request that all chat robots share: JSON by POST, nothing but the body and the URL told apart. */
import type { HttpRequest } from '../model/request.ts';

export function robotRequest(url: string, body: string): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'belfry'],
    ],
    body,
  };
}
