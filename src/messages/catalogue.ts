/**
 * Every word that robots say, in all languages side by side. `{name}` is filled in, `*+word*` catches the eye as something new,
 * `*-word*` as something gone, `*!word*` as something to be careful with; Slack needs a space or punctuation of ASCII
 * on either side of it. Counted phrases have a form for each plural category that whole numbers have in their language, or
 * one form for all.
 *
 * Russian sentences avoid the past tense of persons: it would need their gender.
 */
// long: one table of words; what makes it long is that each phrase stands in three languages
import type { Language } from '../model/names.ts';

type Phrase = Record<Language, string>;
type Plural = Partial<Record<Intl.LDMLPluralRule, string>>;
type Counted = Record<Language, Plural | string>;

export const PHRASES = {
  pushed: {
    en: '{who} pushed {changes} to {ref} in {repo}',
    zh: '{who} 向 {repo} 的 {ref} 分支推送了 {changes}',
    ru: '{who}: {changes} в ветке {ref} репозитория {repo}',
  },
  updated: {
    en: '{who} updated branch {ref} in {repo}',
    zh: '{who} 更新了 {repo} 的 {ref} 分支',
    ru: '{who}: обновлена ветка {ref} в репозитории {repo}',
  },
  forcePushed: {
    en: '{who} *!force-pushed* {ref} in {repo}: {changes}',
    zh: '{who} *!强制推送了* {repo} 的 {ref} 分支：{changes}',
    ru: '{who}: *!перезаписана* ветка {ref} в репозитории {repo}: {changes}',
  },
  forcePushedBare: {
    en: '{who} *!force-pushed* {ref} in {repo}',
    zh: '{who} *!强制推送了* {repo} 的 {ref} 分支',
    ru: '{who}: *!перезаписана* ветка {ref} в репозитории {repo}',
  },
  branchCreated: {
    en: '{who} *+created* branch {ref} in {repo}',
    zh: '{who} 在 {repo} *+新建了* 分支 {ref}',
    ru: '{who}: *+новая* ветка {ref} в репозитории {repo}',
  },
  branchDeleted: {
    en: '{who} *-deleted* branch {ref} in {repo} (it was at {old})',
    zh: '{who} *-删除了* {repo} 的分支 {ref}（原指向 {old}）',
    ru: '{who}: *-удалена* ветка {ref} в репозитории {repo} (указывала на {old})',
  },
  tagCreated: {
    en: '{who} *+created* tag {ref} in {repo}',
    zh: '{who} 在 {repo} *+新建了* 标签 {ref}',
    ru: '{who}: *+новый* тег {ref} в репозитории {repo}',
  },
  tagMoved: {
    en: '{who} *!moved* tag {ref} in {repo} (it was at {old})',
    zh: '{who} *!移动了* {repo} 的标签 {ref}（原指向 {old}）',
    ru: '{who}: *!перемещён* тег {ref} в репозитории {repo} (указывал на {old})',
  },
  tagDeleted: {
    en: '{who} *-deleted* tag {ref} in {repo} (it was at {old})',
    zh: '{who} *-删除了* {repo} 的标签 {ref}（原指向 {old}）',
    ru: '{who}: *-удалён* тег {ref} в репозитории {repo} (указывал на {old})',
  },
  pushedMany: {
    en: '{who} pushed to {repo}: {counts}',
    zh: '{who} 推送到了 {repo}：{counts}',
    ru: '{who}: push в репозиторий {repo}: {counts}',
  },

  // The same in a list, where person and repository are said once above it.
  shortUpdated: { en: '{ref}: {changes}', zh: '{ref}：{changes}', ru: '{ref}: {changes}' },
  shortUpdatedBare: { en: '{ref}: updated', zh: '{ref}：已更新', ru: '{ref}: обновлена' },
  shortForced: {
    en: '{ref}: *!force-pushed*, {changes}',
    zh: '*!强制推送* {ref}：{changes}',
    ru: '{ref}: *!перезаписана*, {changes}',
  },
  shortForcedBare: { en: '{ref}: *!force-pushed*', zh: '*!强制推送* {ref}', ru: '{ref}: *!перезаписана*' },
  shortBranchCreated: { en: '*+new* branch {ref}', zh: '*+新建* 分支 {ref}', ru: '*+новая* ветка {ref}' },
  shortBranchDeleted: {
    en: '*-deleted* branch {ref} (was at {old})',
    zh: '*-删除* 分支 {ref}（原指向 {old}）',
    ru: '*-удалена* ветка {ref} (указывала на {old})',
  },
  shortTagCreated: { en: '*+new* tag {ref}', zh: '*+新建* 标签 {ref}', ru: '*+новый* тег {ref}' },
  shortTagMoved: {
    en: '*!moved* tag {ref} (was at {old})',
    zh: '*!移动* 标签 {ref}（原指向 {old}）',
    ru: '*!перемещён* тег {ref} (указывал на {old})',
  },
  shortTagDeleted: {
    en: '*-deleted* tag {ref} (was at {old})',
    zh: '*-删除* 标签 {ref}（原指向 {old}）',
    ru: '*-удалён* тег {ref} (указывал на {old})',
  },

  mrOpen: {
    en: '{who} opened merge request {mr} in {repo}',
    zh: '{who} 在 {repo} 创建了合并请求 {mr}',
    ru: '{who}: открыт запрос на слияние {mr} в репозитории {repo}',
  },
  mrReopen: {
    en: '{who} reopened merge request {mr} in {repo}',
    zh: '{who} 重新打开了 {repo} 的合并请求 {mr}',
    ru: '{who}: снова открыт запрос на слияние {mr} в репозитории {repo}',
  },
  mrClose: {
    en: '{who} *-closed* merge request {mr} in {repo}',
    zh: '{who} *-关闭了* {repo} 的合并请求 {mr}',
    ru: '{who}: *-закрыт* запрос на слияние {mr} в репозитории {repo}',
  },
  mrMerge: {
    en: '{who} *+merged* merge request {mr} in {repo}',
    zh: '{who} *+合并了* {repo} 的合并请求 {mr}',
    ru: '{who}: *+слит* запрос на слияние {mr} в репозитории {repo}',
  },
  mrCommits: {
    en: '{who} pushed new commits to merge request {mr} in {repo}',
    zh: '{who} 向 {repo} 的合并请求 {mr} 推送了新提交',
    ru: '{who}: новые коммиты в запросе на слияние {mr} в репозитории {repo}',
  },
  mrLabels: {
    en: '{who} changed the labels of merge request {mr} in {repo}',
    zh: '{who} 修改了 {repo} 的合并请求 {mr} 的标签',
    ru: '{who}: изменены метки запроса на слияние {mr} в репозитории {repo}',
  },
  mrTarget: {
    en: '{who} changed the target branch of merge request {mr} in {repo}',
    zh: '{who} 修改了 {repo} 的合并请求 {mr} 的目标分支',
    ru: '{who}: изменена целевая ветка запроса на слияние {mr} в репозитории {repo}',
  },
  mrIssues: {
    en: '{who} changed the linked issues of merge request {mr} in {repo}',
    zh: '{who} 修改了 {repo} 的合并请求 {mr} 关联的 Issue',
    ru: '{who}: изменены связанные задачи запроса на слияние {mr} в репозитории {repo}',
  },
  mrUpdate: {
    en: '{who} updated merge request {mr} in {repo}',
    zh: '{who} 更新了 {repo} 的合并请求 {mr}',
    ru: '{who}: обновлён запрос на слияние {mr} в репозитории {repo}',
  },
  mrApproved: {
    en: '{who} approved merge request {mr} in {repo}',
    zh: '{who} 通过了 {repo} 的合并请求 {mr} 的审查',
    ru: '{who}: одобрен запрос на слияние {mr} в репозитории {repo}',
  },
  mrTested: {
    en: '{who} passed the test of merge request {mr} in {repo}',
    zh: '{who} 通过了 {repo} 的合并请求 {mr} 的测试',
    ru: '{who}: пройдена проверка запроса на слияние {mr} в репозитории {repo}',
  },
  mrTest: {
    en: '{who} asked for a test of merge request {mr} in {repo}',
    zh: '{who} 为 {repo} 的合并请求 {mr} 指派了测试人员',
    ru: '{who}: назначена проверка запроса на слияние {mr} в репозитории {repo}',
  },
  mrAssign: {
    en: '{who} assigned merge request {mr} in {repo}',
    zh: '{who} 为 {repo} 的合并请求 {mr} 指派了审查人员',
    ru: '{who}: назначен ответственный за запрос на слияние {mr} в репозитории {repo}',
  },

  issueOpen: {
    en: '{who} opened issue {issue} in {repo}',
    zh: '{who} 在 {repo} 创建了 Issue {issue}',
    ru: '{who}: открыта задача {issue} в репозитории {repo}',
  },
  issueAssign: {
    en: '{who} assigned issue {issue} in {repo} to {assignee}',
    zh: '{who} 将 {repo} 的 Issue {issue} 指派给 {assignee}',
    ru: '{who}: задача {issue} в репозитории {repo} назначена: {assignee}',
  },
  issueUnassign: {
    en: '{who} took the assignee off issue {issue} in {repo}',
    zh: '{who} 取消了 {repo} 的 Issue {issue} 的指派',
    ru: '{who}: снят исполнитель задачи {issue} в репозитории {repo}',
  },
  issueReopen: {
    en: '{who} reopened issue {issue} in {repo}',
    zh: '{who} 重新打开了 {repo} 的 Issue {issue}',
    ru: '{who}: снова открыта задача {issue} в репозитории {repo}',
  },
  issueStart: {
    en: '{who} started issue {issue} in {repo}',
    zh: '{who} 开始处理 {repo} 的 Issue {issue}',
    ru: '{who}: задача {issue} в репозитории {repo} взята в работу',
  },
  issueClose: {
    en: '{who} *-closed* issue {issue} in {repo}',
    zh: '{who} *-关闭了* {repo} 的 Issue {issue}',
    ru: '{who}: *-закрыта* задача {issue} в репозитории {repo}',
  },
  issueReject: {
    en: '{who} *-rejected* issue {issue} in {repo}',
    zh: '{who} *-拒绝了* {repo} 的 Issue {issue}',
    ru: '{who}: *-отклонена* задача {issue} в репозитории {repo}',
  },
  issueDelete: {
    en: '{who} *-deleted* issue {issue} in {repo}',
    zh: '{who} *-删除了* {repo} 的 Issue {issue}',
    ru: '{who}: *-удалена* задача {issue} в репозитории {repo}',
  },
  issueLabel: {
    en: '{who} changed the labels of issue {issue} in {repo}',
    zh: '{who} 修改了 {repo} 的 Issue {issue} 的标签',
    ru: '{who}: изменены метки задачи {issue} в репозитории {repo}',
  },

  noteNew: {
    en: '{who} commented on {target} in {repo}',
    zh: '{who} 评论了 {repo} 的{target}',
    ru: '{who}: комментарий к {target} в репозитории {repo}',
  },
  noteEdited: {
    en: '{who} edited a comment on {target} in {repo}',
    zh: '{who} 修改了对 {repo} 的{target}的评论',
    ru: '{who}: изменён комментарий к {target} в репозитории {repo}',
  },
  noteDeleted: {
    en: '{who} *-deleted* a comment on {target} in {repo}',
    zh: '{who} *-删除了* 对 {repo} 的{target}的评论',
    ru: '{who}: *-удалён* комментарий к {target} в репозитории {repo}',
  },
  noteOnRepository: {
    en: '{who} commented on {repo}',
    zh: '{who} 评论了仓库 {repo}',
    ru: '{who}: комментарий к репозиторию {repo}',
  },
  noteEditedOnRepository: {
    en: '{who} edited a comment on {repo}',
    zh: '{who} 修改了对仓库 {repo} 的评论',
    ru: '{who}: изменён комментарий к репозиторию {repo}',
  },
  noteDeletedOnRepository: {
    en: '{who} *-deleted* a comment on {repo}',
    zh: '{who} *-删除了* 对仓库 {repo} 的评论',
    ru: '{who}: *-удалён* комментарий к репозиторию {repo}',
  },
  targetIssue: { en: 'issue {it}', zh: ' Issue {it} ', ru: 'задаче {it}' },
  targetMr: { en: 'merge request {it}', zh: '合并请求 {it} ', ru: 'запросу на слияние {it}' },
  targetCommit: { en: 'commit {it}', zh: '提交 {it} ', ru: 'коммиту {it}' },
  targetRepository: { en: 'the repository', zh: '仓库', ru: 'репозиторий' },

  // A thing and what happened to it, in a digest.
  shortThread: { en: '{it}: {actions}', zh: '{it}：{actions}', ru: '{it}: {actions}' },
  didOpen: { en: 'opened', zh: '创建', ru: 'создание' },
  didReopen: { en: 'reopened', zh: '重新打开', ru: 'повторное открытие' },
  didClose: { en: 'closed', zh: '关闭', ru: 'закрытие' },
  didMerge: { en: 'merged', zh: '合并', ru: 'слияние' },
  didCommits: { en: 'new commits', zh: '新提交', ru: 'новые коммиты' },
  didLabels: { en: 'labels changed', zh: '标签变更', ru: 'смена меток' },
  didTarget: { en: 'target branch changed', zh: '目标分支变更', ru: 'смена целевой ветки' },
  didIssues: { en: 'linked issues changed', zh: '关联 Issue 变更', ru: 'смена связанных задач' },
  didUpdate: { en: 'updated', zh: '更新', ru: 'обновление' },
  didApprove: { en: 'approved', zh: '审查通过', ru: 'одобрение' },
  didTest: { en: 'test passed', zh: '测试通过', ru: 'проверка пройдена' },
  didAskTest: { en: 'test wanted', zh: '指派测试', ru: 'назначение проверки' },
  didAssign: { en: 'assigned', zh: '指派', ru: 'назначение' },
  didUnassign: { en: 'assignee taken off', zh: '取消指派', ru: 'снятие исполнителя' },
  didStart: { en: 'started', zh: '开始处理', ru: 'начало работы' },
  didReject: { en: 'rejected', zh: '拒绝', ru: 'отклонение' },
  didDelete: { en: 'deleted', zh: '删除', ru: 'удаление' },
  withWho: { en: '{it} ({who})', zh: '{it}（{who}）', ru: '{it} ({who})' },

  digest: {
    en: 'Digest for {repo}: {counts}',
    zh: '动态汇总（{repo}）：{counts}',
    ru: 'Сводка ({repo}): {counts}',
  },
  digestTitle: { en: 'Digest: {repo}', zh: '动态汇总：{repo}', ru: 'Сводка: {repo}' },
  also: { en: 'Also:', zh: '此外：', ru: 'Кроме того:' },
  labels: { en: 'Labels: {labels}', zh: '标签：{labels}', ru: 'Метки: {labels}' },
  draft: { en: 'Draft', zh: '草稿', ru: 'Черновик' },
  inferred: {
    en: 'Recognised by its content (squash or rebase)',
    zh: '根据内容识别（squash 或 rebase 合并）',
    ru: 'Распознано по содержимому (squash или rebase)',
  },
  recovered: {
    en: 'Noticed later, by comparing the repository with what was announced',
    zh: '事后比对仓库时发现',
    ru: 'Замечено позже, при сверке репозитория',
  },
  noMessage: { en: '(no message)', zh: '（无说明）', ru: '(без описания)' },
  someone: { en: 'Someone', zh: '某人', ru: 'Кто-то' },
  comma: { en: ', ', zh: '，', ru: ', ' },
  nameComma: { en: ', ', zh: '、', ru: ', ' },
  viewChanges: { en: 'View changes', zh: '查看变更', ru: 'Посмотреть изменения' },
  viewCommit: { en: 'View commit', zh: '查看提交', ru: 'Посмотреть коммит' },
  viewMr: { en: 'View merge request', zh: '查看合并请求', ru: 'Открыть запрос на слияние' },
  viewIssue: { en: 'View issue', zh: '查看 Issue', ru: 'Открыть задачу' },
  viewComment: { en: 'View comment', zh: '查看评论', ru: 'Открыть комментарий' },
  testTitle: { en: 'Test message from belfry', zh: 'belfry 测试消息', ru: 'Тестовое сообщение belfry' },
  testLine: {
    en: 'This is a test: the robot is set up, and messages arrive here.',
    zh: '这是一条测试消息：机器人配置正确，消息可以送达。',
    ru: 'Это проверка: робот настроен, сообщения сюда доходят.',
  },
} as const satisfies Record<string, Phrase>;

export const COUNTED = {
  newCommits: {
    en: { one: '{n} new commit', other: '{n} new commits' },
    zh: '{n} 个新提交',
    ru: { one: '{n} новый коммит', few: '{n} новых коммита', many: '{n} новых коммитов' },
  },
  pushes: {
    en: { one: 'In {n} push', other: 'In {n} pushes' },
    zh: '共 {n} 次推送',
    ru: { one: 'За {n} отправку', few: 'За {n} отправки', many: 'За {n} отправок' },
  },
  removedCommits: {
    en: { one: '{n} commit removed', other: '{n} commits removed' },
    zh: '移除 {n} 个提交',
    ru: { one: 'убран {n} коммит', few: 'убрано {n} коммита', many: 'убрано {n} коммитов' },
  },
  branchUpdates: {
    en: { one: '{n} branch update', other: '{n} branch updates' },
    zh: '分支更新 {n} 次',
    ru: { one: '{n} обновление ветки', few: '{n} обновления веток', many: '{n} обновлений веток' },
  },
  newBranches: {
    en: { one: '{n} new branch', other: '{n} new branches' },
    zh: '新建分支 {n} 个',
    ru: { one: '{n} новая ветка', few: '{n} новые ветки', many: '{n} новых веток' },
  },
  deletedBranches: {
    en: { one: '{n} deleted branch', other: '{n} deleted branches' },
    zh: '删除分支 {n} 个',
    ru: { one: '{n} удалённая ветка', few: '{n} удалённые ветки', many: '{n} удалённых веток' },
  },
  newTags: {
    en: { one: '{n} new tag', other: '{n} new tags' },
    zh: '新建标签 {n} 个',
    ru: { one: '{n} новый тег', few: '{n} новых тега', many: '{n} новых тегов' },
  },
  movedTags: {
    en: { one: '{n} moved tag', other: '{n} moved tags' },
    zh: '移动标签 {n} 个',
    ru: { one: '{n} перемещённый тег', few: '{n} перемещённых тега', many: '{n} перемещённых тегов' },
  },
  deletedTags: {
    en: { one: '{n} deleted tag', other: '{n} deleted tags' },
    zh: '删除标签 {n} 个',
    ru: { one: '{n} удалённый тег', few: '{n} удалённых тега', many: '{n} удалённых тегов' },
  },
  mergeRequestEvents: {
    en: { one: '{n} merge request event', other: '{n} merge request events' },
    zh: '合并请求动态 {n} 条',
    ru: {
      one: '{n} событие в запросах на слияние',
      few: '{n} события в запросах на слияние',
      many: '{n} событий в запросах на слияние',
    },
  },
  issueEvents: {
    en: { one: '{n} issue event', other: '{n} issue events' },
    zh: 'Issue 动态 {n} 条',
    ru: { one: '{n} событие в задачах', few: '{n} события в задачах', many: '{n} событий в задачах' },
  },
  comments: {
    en: { one: '{n} comment', other: '{n} comments' },
    zh: '评论 {n} 条',
    ru: { one: '{n} комментарий', few: '{n} комментария', many: '{n} комментариев' },
  },
  repositories: {
    en: { one: '{n} repository', other: '{n} repositories' },
    zh: '{n} 个仓库',
    ru: { one: '{n} репозиторий', few: '{n} репозитория', many: '{n} репозиториев' },
  },
  moreCommits: {
    en: { one: '+{n} more commit', other: '+{n} more commits' },
    zh: '还有 {n} 个提交',
    ru: { one: 'ещё {n} коммит', few: 'ещё {n} коммита', many: 'ещё {n} коммитов' },
  },
  moreThings: { en: '+{n} more', zh: '还有 {n} 项', ru: 'и ещё {n}' },
  times: { en: '{it} ×{n}', zh: '{it} ×{n}', ru: '{it} ×{n}' },
  morePeople: {
    en: { one: '{n} other', other: '{n} others' },
    zh: '另 {n} 人',
    ru: 'ещё {n}',
  },
} as const satisfies Record<string, Counted>;

export type PhraseKey = keyof typeof PHRASES;
export type CountedKey = keyof typeof COUNTED;
