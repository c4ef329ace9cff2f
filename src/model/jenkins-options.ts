/** How a webhook of the kind `jenkins` tells Jenkins of a push. */
export const NOTIFY = ['poll', 'branches', 'build'] as const;
export const CLONE_URLS = ['ssh', 'http', 'git'] as const;

export interface JenkinsOptions {
  /** `poll`: every job that clones the repository looks; `branches`: those of the branch; `build`: this commit is built. */
  notify: (typeof NOTIFY)[number];
  /** Which of the repository's URLs the jobs clone. */
  clone: (typeof CLONE_URLS)[number];
}
