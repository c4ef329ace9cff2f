/** A proxy's URL as it may be shown: its user and password are a secret. */

/** Text that is no URL may hold a password anywhere, so that nothing before an `@` is shown. */
export function maskProxy(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '') return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
  const user = url.username === '' && url.password === '' ? '' : '***@';
  return `${url.protocol}//${user}${url.host}`;
}
