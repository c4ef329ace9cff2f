#compdef belfry
# Completion of belfry for zsh. Made by `npm run pages` from the program: change that, or scripts/completion.zsh.

# TABLE

_belfry() {
  emulate -L zsh
  local belfry_words belfry_options belfry_kind known='' pending='' settled='' word next more
  local -i at
  local -a home values shown
  for ((at = 2; at < CURRENT; at++)); do
    word=${(Q)words[at]}
    if [[ -n $pending ]]; then
      [[ $pending == --home ]] && home=(--home "${word/#\~\//$HOME/}")
      pending=''
    elif [[ $word == --home=* ]]; then
      home=(--home "${${word#--home=}/#\~\//$HOME/}")
    elif [[ $word == -* ]]; then
      _belfry_option "$known" "$word" && pending=$word
    elif [[ -z $settled ]]; then
      next=${known:+$known }$word
      if _belfry_command "$next"; then known=$next; else settled=yes; fi
    fi
  done
  # A first word that is no command.
  [[ -n $settled && -z $known ]] && return 1
  if [[ -z $pending && $PREFIX == --*=* ]]; then
    pending=${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $pending ]]; then
    _belfry_option "$known" "$pending" || return 1
  else
    _belfry_command "$known"
    if [[ $PREFIX == -* ]]; then
      belfry_words=$belfry_options
      belfry_kind=''
    fi
  fi
  case $belfry_kind in
    '') values=(${=belfry_words}) && compadd -a values ;;
    files) _files ;;
    *)
      while IFS=$'\t' read -r word more; do
        values+=("$word")
        shown+=("$word  -- $more")
      done < <("${(Q)words[1]}" --complete "$belfry_kind" $home 2>/dev/null </dev/null)
      # In the order in which they come, which is the newest first.
      compadd -l -V belfry -d shown -a values
      ;;
  esac
}

# Loaded by compinit it is called at once; read by a shell's start, it makes itself known.
if [[ $funcstack[1] == _belfry ]]; then
  _belfry "$@"
else
  compdef _belfry belfry
fi
