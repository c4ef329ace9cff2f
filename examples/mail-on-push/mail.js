/** What a push is in an e-mail. Everything in it was written by whoever pushed: it stays text. */

const LISTED = 20;

/** Subject and plain text for a push or a tag push. */
export function mailOf({ name, data }) {
  const ref = data.ref.replace(/^refs\/(heads|tags)\//, '');
  const what = `${name === 'tag_push' ? 'tag' : 'branch'} ${ref}`;
  const commits = data.commits ?? [];
  return {
    subject: oneLine(`[${data.repository.full_name}] ${data.user_name}: ${headline(data, what)}`),
    text: [
      `${oneLine(data.user_name)} <${oneLine(data.user_email)}>`,
      oneLine(headline(data, what)),
      data.deleted ? data.repository.html_url : data.compare,
      '',
      ...commits.slice(0, LISTED).map(line),
      ...(data.total_commits_count > LISTED ? [`… ${data.total_commits_count} in all`] : []),
    ].join('\n'),
  };
}

function headline({ created, deleted, total_commits_count: total }, what) {
  if (deleted) return `deleted ${what}`;
  if (created) return `new ${what}`;
  return total === null ? `moved ${what}` : `${total} ${total === 1 ? 'commit' : 'commits'} to ${what}`;
}

function line({ id, message, author }) {
  return `${id.slice(0, 8)} ${oneLine(message.split('\n')[0])} (${oneLine(author.name)})`;
}

/** No control characters, which could begin a header of their own or play with a terminal. */
function oneLine(text) {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
