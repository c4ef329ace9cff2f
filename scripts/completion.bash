# Completion of belfry for bash. Made by `npm run pages` from the program: change that, or scripts/completion.bash.

# TABLE

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
