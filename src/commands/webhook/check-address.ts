/** Whether anything can ever be sent to a URL: an address that no attempt will call is a mistake, and said before the first push. */
import { BelfryError } from '../../errors.ts';
import { bareHost } from '../../http/target.ts';
import { addressPolicy } from '../../net/address-policy.ts';
import type { Settings } from '../../settings/settings.ts';
import { shellWord } from '../../text/printable.ts';

/** @throws BelfryError `invalid` that names the setting */
export function checkAddress(
  url: string,
  { 'net.allow': allow, 'net.deny': deny }: Pick<Settings, 'net.allow' | 'net.deny'>,
): void {
  const host = bareHost(URL.parse(url)?.hostname ?? '');
  const reason = addressPolicy({ allow, deny }).refuseTarget(host);
  if (reason === null) return;
  const list = [...allow, host].map(shellWord).join(' ');
  throw new BelfryError('invalid', `url: wanted a host that belfry may call, got ${host}: ${reason}`, {
    hint: reason.includes('net.allow')
      ? `If it is meant: belfry config set net.allow '${list}'`
      : '`belfry config get net.deny` shows what is closed, and `belfry config get net.allow` what is open all the same.',
  });
}
