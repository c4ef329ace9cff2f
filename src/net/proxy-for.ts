/** Which proxy a URL goes through: the rules behind `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as curl has them. */

import ipaddr from 'ipaddr.js';

export interface ProxySettings {
  /** Proxy for http:// targets. */
  httpProxy?: string | null;
  /** Proxy for https:// targets. */
  httpsProxy?: string | null;
  /** For either, when the one above is missing. */
  allProxy?: string | null;
  /**
   * Hosts reached directly, separated by commas or spaces. `example.com` and `.example.com` mean the name and all
   * below it; a port narrows (`example.com:8080`); addresses and CIDRs fit literal addresses; `*` means every host.
   */
  noProxy?: string | null;
}

/** The proxy's URL, or null for a direct connection. A URL that cannot be parsed has no proxy. */
export function proxyFor(target: string, settings: ProxySettings): string | null {
  const url = URL.parse(target);
  if (url === null) return null;
  const own = url.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  const proxy = own || settings.allProxy || '';
  if (proxy === '' || isExempt(url, settings.noProxy ?? '')) return null;
  // curl's short form: `proxy.example.com:3128`.
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some(entry => entry !== '' && fits(entry.toLowerCase(), host, port));
}

function fits(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const { name, wantedPort } = splitPort(entry);
  if (wantedPort !== null && wantedPort !== port) return false;
  if (ipaddr.isValid(host)) return fitsAddress(name, host);
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function splitPort(entry: string): { name: string; wantedPort: string | null } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return { name: bracketed[1]!, wantedPort: bracketed[2] ?? null };
  const plain = /^([^:]+):(\d+)$/.exec(entry);
  return plain ? { name: plain[1]!, wantedPort: plain[2]! } : { name: entry, wantedPort: null };
}

function fitsAddress(entry: string, host: string): boolean {
  const address = ipaddr.process(host);
  if (ipaddr.isValidCIDR(entry)) {
    const [range, bits] = ipaddr.parseCIDR(entry);
    return range.kind() === address.kind() && address.match([range, bits]);
  }
  return ipaddr.isValid(entry) && ipaddr.process(entry).toString() === address.toString();
}

/** The settings that choose proxies; without any, the environment does. */
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
