/**
 * Whether a hook runs every file of a directory beside it. Gitea's and Forgejo's do (`${hookname}.d/*`), and so do many
 * admins' own. Such a hook must not be moved into that directory: it would start itself without end.
 */

/** @param text the hook as text; bytes that are none do no harm */
export function looksLikeDispatcher(name: string, text: string): boolean {
  const code = text.replace(/^\s*#.*$/gm, '');
  return code.includes(`${name}.d`) || VARIABLE_NAME.test(code);
}

/** `$0.d`, `${0}.d`, `${hookname}.d`, `"$hook".d`, `$(basename "$0").d`, `$(basename $0).d/` */
const VARIABLE_NAME = /\$(?:0|\{0\}|\w*(?:hook|name)\w*|\{\w*(?:hook|name)\w*\}|\(basename [^)]*\))"?\.d\b/i;
