#!/bin/sh
# Written by `shipnote hook install`; `shipnote hook uninstall` takes it away again.
# It never changes how git ends, and leaves at once where there is nothing to ask.
# shipnote-hook 1
# @MARKS@

hook=@HOOK@
# The hook that was here before, beside this one; empty where there was none.
kept=@KEPT@

# git calls reference-transaction several times for every commit and every ref that is fetched; all but a ref that was
# moved has nothing to do with a push.
case $hook:$kept:$1 in
  reference-transaction::[!c]* | reference-transaction::) exit 0 ;;
esac
# A manager's hook may have been told to run this one in its turn, as what it found in its place.
[ "${SHIPNOTE_BEFORE-}" = "$hook" ] && exit 0

node=@NODE@
tool=@TOOL@
# `yes` where no other hook asks: then what to type is said before every push.
alone=@ALONE@

dir=${GIT_DIR:-.git}
common=$dir
if [ -f "$dir/commondir" ]; then
  IFS= read -r common < "$dir/commondir"
  case $common in /*) ;; *) common=$dir/$common ;; esac
fi

# After a push has reached its remote, git moves the remote's branch here, and its log says so. A fetch says otherwise,
# or names what was there before, as a push never does; a push that brought nothing new leaves the log as it was.
pushed() {
  while read -r old new ref; do
    case $old:$ref in *[!0]*:*) continue ;; *:refs/remotes/*) ;; *) continue ;; esac
    case $new in *[!0]*) ;; *) continue ;; esac
    log=$common/logs/$ref
    [ -f "$log" ] || continue
    # The last lines, for another may have pushed meanwhile; a log that is short, of a branch that is new, needs no process.
    last_to "$new" < "$log"
    if [ "$lines" -gt 9 ]; then
      last_to "$new" <<EOT
$(tail -n 9 "$log")
EOT
    fi
    # A tab stands before what git says it did.
    case $line in *"	update by push") ;; *) continue ;; esac
    # No ref's name holds `~`, so this is no other's folder.
    seen=$common/shipnote/pushes/$ref~
    last=
    [ -f "$seen" ] && IFS= read -r last < "$seen"
    [ "$last" = "$line" ] && continue
    mkdir -p "${seen%/*}" 2>/dev/null && printf '%s\n' "$line" > "$seen"
    ships="$ships $ref ${line%% *} $new"
  done
}

# The last of up to ten lines of a log that leads to a commit.
last_to() {
  line=
  lines=0
  while [ "$lines" -lt 10 ] && IFS= read -r each; do
    lines=$((lines + 1))
    case $each in *" $1 "*) line=$each ;; esac
  done
}

# Tags move nothing here when they have reached the remote, nor does what is pushed to a bare URL: what is to be said is
# said before. A line is read from its end, for what somebody typed may hold blanks.
leaving() {
  [ "$1" = "$2" ] && alone=yes
  while IFS= read -r line; do
    old=${line##* }; line=${line% *}
    ref=${line##* }; line=${line% *}
    new=${line##* }
    case $new in *[!0]*) ;; *) continue ;; esac
    case $alone:$ref in yes:refs/heads/* | *:refs/tags/*) refs="$refs $ref $old $new" ;; esac
  done
}

# Nearly always nothing is to be asked, and then the rest need not even be read.
ships=
refs=
case $hook:$kept in
  reference-transaction:) pushed; [ -n "$ships" ] || exit 0 ;;
  pre-push:) leaving "$@"; [ -n "$refs" ] || exit 0 ;;
esac

# Whether the terminal listens to this process: `git push &` would be stopped by a question.
in_front() {
  if [ -r /proc/$$/stat ]; then
    IFS= read -r stat < /proc/$$/stat
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    [ "$3" = "$6" ]
  else
    # shellcheck disable=SC2046
    set -- $(ps -o pgid= -o tpgid= -p $$ 2>/dev/null)
    [ "$1" = "$2" ]
  fi
}

# Asks in the terminal, if there is one. Ctrl-C is a key then, for it would end git as well; it ends a line like Enter,
# so that it is heard at once also where lines are read.
ask() {
  [ -x "$node" ] || node=$(command -v node)
  if [ ! -f "$tool" ] || [ -z "$node" ]; then
    [ -f "$common/shipnote/hook-without-tool" ] && return
    mkdir -p "$common/shipnote" 2>/dev/null && : > "$common/shipnote/hook-without-tool"
    echo "shipnote: the hook is here, but shipnote is not at $tool any more, or Node is gone; this is said once." >&2
    return
  fi
  if [ -t 2 ] && (: < /dev/tty) 2>/dev/null && in_front; then
    was=$(stty -g < /dev/tty 2>/dev/null)
    stty -isig eol ^C < /dev/tty 2>/dev/null
    "$node" "$tool" hook "$@" < /dev/tty >&2
    [ -n "$was" ] && stty "$was" < /dev/tty 2>/dev/null
  else
    "$node" "$tool" hook "$@" < /dev/null >&2
  fi
}

# Not after a merge that is no commit (--squash).
post_merge() {
  [ "$1" = 1 ] && return
  head=
  IFS= read -r head < "$dir/HEAD"
  case $head in "ref: refs/heads/"*) ask merged ;; esac
}

# What was here before comes first, and its exit status is the hook's. A shell's script is called by the name that it
# had, for some look at it.
before() {
  path=${0%/*}/$kept
  [ -f "$path" ] && [ -x "$path" ] || return 0
  first=
  IFS= read -r first < "$path"
  case $first in
    '#!'*[/\ ]sh | '#!'*[/\ ]bash | '#!'*[/\ ]dash | '#!'*[/\ ]zsh)
      # shellcheck disable=SC2086,SC2016
      SHIPNOTE_BEFORE=$hook ${first#??} -c 'shipnote=$1; shift; . "$shipnote"' "$0" "$path" "$@"
      ;;
    *) SHIPNOTE_BEFORE=$hook "$path" "$@" ;;
  esac
}

act() {
  case $hook in
    reference-transaction)
      [ -z "$kept" ] || [ "$1" != committed ] || pushed
      # Names of refs hold no blanks and no wildcards.
      # shellcheck disable=SC2086
      [ -z "$ships" ] || ask pushed $ships
      ;;
    pre-push)
      [ -z "$kept" ] || leaving "$@"
      # shellcheck disable=SC2086
      [ -z "$refs" ] || ask pushing "$1" $refs
      ;;
    post-merge) post_merge "$@" ;;
  esac
}

if [ -z "$kept" ]; then
  act "$@"
elif [ "$hook" = post-merge ]; then
  before "$@" || exit
  act "$@"
else
  told=$(cat)
  if [ -n "$told" ]; then printf '%s\n' "$told" 2>/dev/null; fi | before "$@" || exit
  act "$@" <<EOT
$told
EOT
fi
exit 0
