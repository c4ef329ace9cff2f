/**
 * The format of the bodies about merge requests, issues and comments, written down from gitee-format.md §3 and §5 to §7 by hand
 * and not with the product's schemas: every key, its type, and whether it may be null.
 */
/**
 * s text, i id of 31 bits, n count, b boolean, t time, d date, h object id, 0 always null; an object or a list of
 * one form. `?`: null is allowed. `-`: the key may be missing. `a|b`: one of these words.
 */
export type Rule = string | Rules | [Rules | string];
export interface Rules {
  [key: string]: Rule;
}

const nullable = (rules: Rules): Rules => ({ ...rules, '?': 'null' });

const user: Rules = {
  ...words('avatar_url email html_url login name type url user_name username', 's'),
  id: 'i',
  remark: 's?',
  site_admin: 'b',
};
const repository: Rules = {
  ...words(
    'clone_url default_branch description full_name git_http_url git_ssh_url git_svn_url git_url',
    's',
  ),
  ...words('html_url name name_with_namespace namespace path path_with_namespace ssh_url svn_url url', 's'),
  ...words('homepage language license', 's?'),
  ...words('created_at pushed_at updated_at', 't'),
  ...words('forks_count open_issues_count stargazers_count watchers_count', 'n'),
  ...words('fork has_issues has_pages has_wiki private', 'b'),
  id: 'i',
  owner: user,
};
const label: Rules = { color: 's', id: 'i', name: 's' };
const milestone: Rules = {
  ...words('closed_issues open_issues', 'n'),
  ...words('created_at updated_at', 't'),
  ...words('html_url title', 's'),
  ...words('id number', 'i'),
  description: 's?',
  due_on: 'd?',
  state: 'open|closed',
};
const issue: Rules = {
  ...words('body html_url number state_name title type_name', 's'),
  ...words('created_at updated_at', 't'),
  assignee: nullable(user),
  collaborators: [user],
  comments: 'n',
  id: 'i',
  labels: [label],
  milestone: nullable(milestone),
  state: 'open|progressing|closed|rejected',
  user,
};
const branch: Rules = { label: 's', ref: 's', repo: repository, sha: 'h', user };
const pullRequest: Rules = {
  ...words('additions changed_files comments commits deletions', 'n'),
  ...words('diff_url html_url merge_reference_name patch_url title', 's'),
  ...words('created_at updated_at', 't'),
  ...words('closed_at merged_at', 't?'),
  ...words('merged need_review need_test', 'b'),
  ...words('assignee tester', '0'),
  ...words('id number', 'i'),
  assignees: [user],
  base: branch,
  body: 's',
  head: branch,
  issues: [{}],
  labels: [label],
  languages: ['s'],
  merge_commit_sha: 'h?',
  merge_status: 'unchecked|can_be_merged|can_be_resolve',
  mergeable: 'b?',
  milestone: nullable(milestone),
  stale_issues: [{}],
  stale_labels: [label],
  state: 'open|closed|merged',
  testers: [user],
  updated_by: user,
  user,
};
const common: Rules = {
  ...words('hook_name hook_url password sign timestamp url', 's'),
  enterprise: nullable({ id: '0', name: 's', url: 's' }),
  hook_id: 'i',
  project: repository,
  push_data: '0',
  repository,
  sender: user,
};
const side: Rules = { project: repository, repository };

/** By `hook_name`. */
export const BODIES: Record<string, Rules> = {
  issue_hooks: {
    ...common,
    ...words('description iid title', 's'),
    action: 'open|assign|state_change|delete|add_label',
    assignee: nullable(user),
    issue,
    milestone: 's?',
    state: 'open|progressing|closed',
    target_user: '0',
    updated_by: user,
    user,
  },
  merge_request_hooks: {
    ...common,
    ...words('action_desc body target_branch title', 's'),
    action: 'open|update|close|merge|reopen',
    author: user,
    iid: 'i',
    languages: ['s'],
    merge_commit_sha: 'h?',
    merge_status: 'unchecked|can_be_merged|can_be_resolve',
    number: 'i',
    pull_request: pullRequest,
    source_branch: 's',
    source_repo: side,
    state: 'open|closed|merged',
    target_repo: side,
    target_user: '0',
    updated_by: user,
  },
  note_hooks: {
    ...common,
    action: 'comment|edited|deleted',
    author: user,
    comment: {
      ...words('body html_url', 's'),
      ...words('created_at updated_at', 't'),
      'commit_id-': 'h',
      id: 'i',
      'position-': 's',
      user,
    },
    issue: nullable(issue),
    note: 's',
    noteable_id: 'i?',
    noteable_type: 'Issue|PullRequest|Commit|Comment',
    per_iid: 's?',
    pull_request: nullable(pullRequest),
    short_commit_id: 's?',
    title: 's?',
  },
};

function words(keys: string, rule: string): Rules {
  return Object.fromEntries(keys.split(' ').map(key => [key, rule]));
}
