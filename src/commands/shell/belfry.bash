# Completion of belfry for bash. Made by `npm run pages` from the program: change that, or scripts/completion.bash.

# What a command takes; fails when there is no such command.
_belfry_command() {
  belfry_words='' belfry_options='--help --home --json' belfry_kind=''
  case $1 in
    '') belfry_words='install uninstall deliveries explain redeliver replay emit scan log worker doctor backup restore export plan apply pause resume status completion webhook delivery push repo mr user key config' belfry_options='--help --home --json --version' ;;
    'webhook') belfry_words='add list show edit remove enable disable rotate test' ;;
    'delivery') belfry_words='show' ;;
    'push') belfry_words='list show retry' ;;
    'repo') belfry_words='list show move remove' ;;
    'mr') belfry_words='list show close reopen comment' ;;
    'user') belfry_words='list add edit' ;;
    'key') belfry_words='rotate backup' ;;
    'config') belfry_words='list get set' ;;
    'install') belfry_options='--template --mirror --all-updates --merge-requests --take-over --help --home --json' belfry_kind='files' ;;
    'uninstall') belfry_options='--all --template --help --home --json' belfry_kind='files' ;;
    'deliveries') belfry_options='--since --repo --limit --webhook --state --event --ref --grep --until --follow -f --help --home --json' ;;
    'explain') belfry_options='--repo --ref --event --path --pusher --message --push-option --help --home --json' belfry_kind='pushes' ;;
    'redeliver') belfry_options='--failed --since --webhook --help --home --json' belfry_kind='deliveries' ;;
    'replay') belfry_options='--webhook --since --push --missing --dry-run --help --home --json' ;;
    'emit') belfry_options='--repo --id --schema --help --home --json' belfry_words='issue merge_request note' ;;
    'scan') belfry_options='--help --home --json' belfry_kind='repositories' ;;
    'log') belfry_options='--since --follow -f --lines -n --help --home --json' ;;
    'worker') belfry_options='--once --replace --help --home --json' ;;
    'doctor') belfry_options='--fix --help --home --json' ;;
    'backup') belfry_options='--help --home --json' belfry_kind='files' ;;
    'restore') belfry_options='--yes --help --home --json' belfry_kind='files' ;;
    'export') belfry_options='--help --home --json' belfry_kind='files' ;;
    'plan') belfry_options='--prune --secrets --help --home --json' belfry_kind='files' ;;
    'apply') belfry_options='--prune --secrets --yes --secrets-out --schema --help --home --json' belfry_kind='files' ;;
    'pause') belfry_options='--why --help --home --json' ;;
    'resume') belfry_options='--drop-restored --help --home --json' ;;
    'status') belfry_options='--help --home --json' ;;
    'completion') belfry_options='--help --home --json' belfry_words='bash zsh' ;;
    'webhook add') belfry_options='--secret --secret-stdin --secret-env --generate-secret --proxy --ca --client-cert --client-key --insecure --header --header-env --header-stdin --method --payload --template --template-file --success --success-json --success-contains --notify --clone --repo --company --all --url-stdin --url-env --kind --events --branch --tag --path --pusher --skip-ci --latest-only --auth --name --lang --keyword --timeout --clone-http --clone-ssh --hmac-header --inactive --help --home --json' ;;
    'webhook list') belfry_options='--help --home --json' ;;
    'webhook show') belfry_options='--help --home --json' belfry_kind='webhooks' ;;
    'webhook edit') belfry_options='--secret --secret-stdin --secret-env --generate-secret --proxy --ca --client-cert --client-key --insecure --header --header-env --header-stdin --method --payload --template --template-file --success --success-json --success-contains --notify --clone --repo --company --all --url-stdin --url-env --kind --events --branch --tag --path --pusher --skip-ci --latest-only --auth --name --lang --keyword --timeout --clone-http --clone-ssh --hmac-header --url --help --home --json' belfry_kind='webhooks' ;;
    'webhook remove') belfry_options='--yes --help --home --json' belfry_kind='webhooks' ;;
    'webhook enable') belfry_options='--help --home --json' belfry_kind='webhooks' ;;
    'webhook disable') belfry_options='--help --home --json' belfry_kind='webhooks' ;;
    'webhook rotate') belfry_options='--secret --secret-stdin --secret-env --generate-secret --overlap --now --help --home --json' belfry_kind='webhooks' ;;
    'webhook test') belfry_options='--event --ref --print --help --home --json' belfry_kind='webhooks' ;;
    'delivery show') belfry_options='--help --home --json' belfry_kind='deliveries' ;;
    'push list') belfry_options='--since --repo --limit --state --help --home --json' ;;
    'push show') belfry_options='--help --home --json' belfry_kind='pushes' ;;
    'push retry') belfry_options='--all --help --home --json' belfry_kind='pushes' ;;
    'repo list') belfry_options='--help --home --json' ;;
    'repo show') belfry_options='--help --home --json' belfry_kind='repositories' ;;
    'repo move') belfry_options='--help --home --json' belfry_kind='repositories' ;;
    'repo remove') belfry_options='--yes --help --home --json' belfry_kind='repositories' ;;
    'mr list') belfry_options='--state --repo --limit --help --home --json' ;;
    'mr show') belfry_options='--repo --help --home --json' ;;
    'mr close') belfry_options='--repo --as --help --home --json' ;;
    'mr reopen') belfry_options='--repo --as --help --home --json' ;;
    'mr comment') belfry_options='--repo --as --help --home --json' ;;
    'user list') belfry_options='--help --home --json' ;;
    'user add') belfry_options='--name --email --help --home --json' belfry_kind='users' ;;
    'user edit') belfry_options='--name --email --help --home --json' belfry_kind='users' ;;
    'key rotate') belfry_options='--help --home --json' ;;
    'key backup') belfry_options='--help --home --json' belfry_kind='files' ;;
    'config list') belfry_options='--help --home --json' ;;
    'config get') belfry_options='--help --home --json' belfry_words='web.url web.style clone.http clone.ssh clone.git mail.domain time.offset push.wait push.skip push.trusted wait.show git.alternates payload.commits delivery.concurrency delivery.connect_timeout delivery.timeout keep.days keep.deliveries worker.linger scan.every install.new repo.exclude mr.enabled robot.language test.header net.allow net.deny proxy.http proxy.https proxy.exclude' ;;
    'config set') belfry_options='--help --home --json' belfry_words='web.url web.style clone.http clone.ssh clone.git mail.domain time.offset push.wait push.skip push.trusted wait.show git.alternates payload.commits delivery.concurrency delivery.connect_timeout delivery.timeout keep.days keep.deliveries worker.linger scan.every install.new repo.exclude mr.enabled robot.language test.header net.allow net.deny proxy.http proxy.https proxy.exclude' ;;
    *) return 1 ;;
  esac
}

# What stands behind an option of a command; fails when nothing does.
_belfry_option() {
  belfry_words='' belfry_kind=''
  case "$1 $2" in
    *' --home') belfry_kind='files' ;;
    'webhook add --template') ;;
    'webhook edit --template') ;;
    *' --since') ;;
    *' --repo') belfry_kind='repositories' ;;
    *' --limit') ;;
    *' --webhook') belfry_kind='webhooks' ;;
    'deliveries --state') belfry_words='pending sending delivered failed held merged' ;;
    'push list --state') belfry_words='announced waiting quarantined' ;;
    'mr list --state') belfry_words='open closed merged all' ;;
    'deliveries --event') belfry_words='push tag_push merge_request issue note create delete' ;;
    'explain --event') belfry_words='push tag_push merge_request issue note' ;;
    'webhook test --event') belfry_words='push tag_push merge_request issue note ping' ;;
    *' --ref') ;;
    *' --grep') ;;
    *' --until') ;;
    *' --path') ;;
    *' --pusher') ;;
    *' --message') ;;
    *' --push-option') ;;
    *' --push') belfry_kind='pushes' ;;
    *' --id') ;;
    *' --lines') ;;
    *' -n') ;;
    *' --secrets') belfry_kind='files' ;;
    *' --secrets-out') belfry_kind='files' ;;
    *' --why') ;;
    *' --secret') ;;
    *' --secret-env') ;;
    *' --proxy') ;;
    *' --ca') belfry_kind='files' ;;
    *' --client-cert') belfry_kind='files' ;;
    *' --client-key') belfry_kind='files' ;;
    *' --header') ;;
    *' --header-env') ;;
    *' --method') belfry_words='POST PUT PATCH' ;;
    *' --payload') belfry_words='gitee github gitlab gitea' ;;
    *' --template-file') belfry_kind='files' ;;
    *' --success') ;;
    *' --success-json') ;;
    *' --success-contains') ;;
    *' --notify') belfry_words='poll branches build' ;;
    *' --clone') belfry_words='ssh http git' ;;
    *' --company') belfry_kind='companies' ;;
    *' --url-env') ;;
    *' --kind') belfry_words='gitee dingtalk wecom feishu slack github gitlab gitea jenkins custom forgejo gogs' ;;
    *' --events') ;;
    *' --branch') ;;
    *' --tag') ;;
    *' --latest-only') ;;
    *' --auth') belfry_words='signature password none' ;;
    *' --name') ;;
    *' --lang') belfry_words='en zh ru' ;;
    *' --keyword') ;;
    *' --timeout') ;;
    *' --clone-http') ;;
    *' --clone-ssh') ;;
    *' --hmac-header') ;;
    *' --url') ;;
    *' --overlap') ;;
    *' --as') ;;
    *' --email') ;;
    *) return 1 ;;
  esac
}

_belfry() {
  local belfry_words belfry_options belfry_kind known='' pending='' settled='' at word next
  local cur=${COMP_WORDS[COMP_CWORD]}
  local -a home=()
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    # Readline takes it for a word of its own.
    [[ $word == = ]] && continue
    if [[ $pending ]]; then
      [[ $pending == --home ]] && home=(--home "${word/#\~\//$HOME/}")
      pending=''
    elif [[ $word == -* ]]; then
      _belfry_option "$known" "$word" && pending=$word
    elif [[ ! $settled ]]; then
      next=${known:+$known }$word
      if _belfry_command "$next"; then known=$next; else settled=yes; fi
    fi
  done
  # A first word that is no command.
  [[ $settled && ! $known ]] && return
  [[ $cur == = ]] && cur=''
  if [[ $pending ]]; then
    _belfry_option "$known" "$pending"
  else
    _belfry_command "$known"
    [[ $cur == -* ]] && belfry_words=$belfry_options belfry_kind=''
  fi
  # Split by bash, as these words are ours; names of others are never given to it to be read as a program.
  for word in $belfry_words; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
  case $belfry_kind in
    '') ;;
    files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    *)
      while IFS=$'\t' read -r word _; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
      done < <("${COMP_WORDS[0]}" --complete "$belfry_kind" "${home[@]}" 2>/dev/null </dev/null)
      ;;
  esac
}

complete -F _belfry belfry
