/** People and labels, as events about merge requests, issues and comments have them. */
import type { Label } from '../../gitee/thread.ts';
import type { FullUser } from '../../gitee/user.ts';

export function gitlabUser({ id, name, username, avatar_url, email }: FullUser) {
  return { id, name, username, avatar_url, email };
}

/** When it was made and changed nobody knows here. */
export function gitlabLabel({ id, name, color }: Label, projectId: number) {
  return {
    id,
    title: name,
    color: `#${color}`,
    project_id: projectId,
    created_at: null,
    updated_at: null,
    template: false,
    description: null,
    type: 'ProjectLabel',
    group_id: null,
  };
}
