/** A proxy's URL, checked at the door. */
import { z } from 'zod';

export const PROXY_WANTED = 'the URL of an HTTP proxy such as http://proxy.example.com:3128';

/** Nothing behind the port: a proxy has no path. */
export const proxyUrl = z
  .url({ protocol: /^https?$/, error: PROXY_WANTED })
  .max(2_048, PROXY_WANTED)
  .refine(text => /^https?:\/\/[^/?#]+\/?$/i.test(text), PROXY_WANTED);
