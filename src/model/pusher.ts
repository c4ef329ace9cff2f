/** Who pushed, from what the server put into the hook's environment (docs/who-pushed.md), the most trusted first. */

export interface Pusher {
  login: string;
  name?: string;
  email?: string;
}

/** @param account name of the Unix account that ran the hook: the last resort, and always there */
export function identifyPusher(environment: Map<string, string>, account: string): Pusher {
  const gitea = clean(environment.get('GITEA_PUSHER_NAME'));
  if (gitea !== '') return withEmail({ login: gitea }, environment.get('GITEA_PUSHER_EMAIL'));
  // gitolite's name for another server, which brings what somebody pushed there: that one may say who it was.
  const gitolite = clean(environment.get('GL_USER'));
  if (/^server-\S+$/.test(gitolite)) return { login: clean(environment.get('BELFRY_USER')) || gitolite };
  for (const variable of ['GL_USER', 'REMOTE_USER', 'BELFRY_USER']) {
    const login = clean(environment.get(variable));
    if (login !== '') return { login };
  }
  return signer(environment) ?? { login: clean(account) || 'unknown' };
}

/** A push certificate counts only when Git itself verified it (`G`). */
function signer(environment: Map<string, string>): Pusher | null {
  if (environment.get('GIT_PUSH_CERT_STATUS') !== 'G') return null;
  const match = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*$/.exec(clean(environment.get('GIT_PUSH_CERT_SIGNER')));
  if (match === null) return null;
  const [, name, email] = match;
  return { login: email!.split('@')[0]!, name: name || email!, email: email! };
}

function withEmail(pusher: Pusher, email: string | undefined): Pusher {
  return email?.includes('@') ? { ...pusher, email: clean(email) } : pusher;
}

/** Logins stand in headers of tables and in URLs. */
function clean(text: string | undefined): string {
  return (
    (text ?? '')
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .trim()
      .slice(0, 200)
      // Half of a character, where it was cut.
      .replace(/[\ud800-\udbff]$/, '')
  );
}
