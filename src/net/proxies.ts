/** Which proxies are in force: those of the settings, else those of the environment that the caller was given. */
import type { ProxySettings } from './proxy-for.ts';

export interface ProxyChoice {
  'proxy.http': string;
  'proxy.https': string;
  'proxy.exclude': string;
}

/**
 * @param env `https_proxy`, `all_proxy` and `no_proxy` in either case; `http_proxy` in small letters only, as curl has
 *   it: a CGI program finds a client's `Proxy:` header in HTTP_PROXY
 */
export function proxiesOf(settings: ProxyChoice, env: Record<string, string | undefined>): ProxySettings {
  const { 'proxy.http': httpProxy, 'proxy.https': httpsProxy, 'proxy.exclude': exclude } = settings;
  if (httpProxy !== '' || httpsProxy !== '') return { httpProxy, httpsProxy, noProxy: exclude };
  const of = (name: string) => env[name] || env[name.toUpperCase()] || '';
  return {
    httpProxy: env.http_proxy ?? '',
    httpsProxy: of('https_proxy'),
    allProxy: of('all_proxy'),
    noProxy: [exclude, of('no_proxy')].filter(Boolean).join(','),
  };
}
