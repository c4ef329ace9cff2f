#!/bin/sh
# Shows a pusher what became of a push: await-outcome.sh HOME SECONDS STATUS, with the token on standard input. Ends with
# STATUS, also when the seconds are over.
#
# The worker writes the lines into the file outcome/TOKEN of the home. Whoever knows the token can read it, so it stands on
# no command line, in no environment and in no list that somebody else can see.
# It is a shell that looks every now and then, because it takes 1 MB; Node takes 70.

home=$1 seconds=$2 status=$3
IFS= read -r token || exit "$status"
file=$home/outcome/$token

# Sets `now`, seconds since the machine was started.
clock() {
  IFS='. ' read -r now rest </proc/uptime || exit "$status"
}

# Sets `parent` to who has started this: another one when that has ended, as when the pusher has hung up.
find_parent() {
  parent=
  read -r rest rest rest parent rest </proc/self/stat || exit "$status"
}

# Shows the lines that have come. The last one is a full stop.
show_news() {
  if [ -z "$opened" ]; then
    [ -r "$file" ] && { command exec 3<"$file"; } 2>/dev/null || return 0
    opened=yes
  fi
  while IFS= read -r part <&3; do
    line=$line$part
    [ "$line" != . ] || exit "$status"
    printf '%s\n' "$line" || exit "$status"
    said=yes
    line=
  done
  line=$line$part
}

opened='' line='' said='' rest=''
clock
start=$now
find_parent
starter=$parent
while :; do
  show_news
  clock
  # The worker counts from the push, and says at the end what has not answered: it gets a moment for that.
  [ $((now - start)) -lt $((seconds + 2)) ] || break
  find_parent
  [ "$parent" = "$starter" ] || exit "$status"
  pause=0.1
  [ $((now - start)) -lt 2 ] || pause=0.2
  [ $((now - start)) -lt 10 ] || pause=1
  # Not every sleep takes a fraction.
  sleep "$pause" 2>/dev/null || sleep 1 || break
done
[ "$said" ] || echo 'belfry: not announced yet; it will be'
exit "$status"
