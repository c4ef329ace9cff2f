/**
 * Where pushes to refs/for are taken as merge requests. Git runs no `update` hook for them, so they are an admin's choice:
 * for a root with all that is below it, or for one repository.
 */

/** `unguarded`: where no `update` hook has a say about pushes. */
const REQUEST_CHOICES = ['on', 'off', 'unguarded'] as const;
export type RequestChoice = (typeof REQUEST_CHOICES)[number];

/**
 * The setting `mr.enabled`. `chosen`: where `belfry install --merge-requests` chose them; `on`: also where nothing was chosen
 * and no `update` hook is; `off`: nowhere, whatever was chosen.
 */
export const REQUEST_SETTINGS = ['chosen', 'on', 'off'] as const;
export type RequestSetting = (typeof REQUEST_SETTINGS)[number];

/** What holds for a repository. @param chosen for it, else for the innermost root that holds it; null: nothing was */
export function requestChoice(setting: RequestSetting, chosen: RequestChoice | null): RequestChoice {
  if (setting === 'off') return 'off';
  return chosen ?? (setting === 'on' ? 'unguarded' : 'off');
}

/** @param guarded whether the repository has an `update` hook that Git runs */
export function takesRequests(choice: RequestChoice, guarded: boolean): boolean {
  return choice === 'on' || (choice === 'unguarded' && !guarded);
}
