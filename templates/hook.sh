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
# A manager may have put this aside, and run it by another name: not where ours, or what that would run, runs already.
if [ "${0##*/}" != "$hook" ]; then
  managed=@MANAGED@
  [ -z "$managed" ] && ! grep -q '^# shipnote-hook ' "${0%/*}/$hook" 2>/dev/null || exit 0
fi

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
pushes=$common/shipnote/pushes

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
    seen=$pushes/$ref~
    last=
    since=
    # shellcheck disable=SC2015
    [ -f "$seen" ] && { IFS= read -r last; IFS= read -r since; } < "$seen"
    [ "$last" = "$line" ] && [ -z "$since" ] && continue
    # Until shipnote has kept it, its beginning stands below: the next push begins there, whatever becomes of this one.
    since=${since:-${line%% *}}
    mkdir -p "${seen%/*}" 2>/dev/null && printf '%s\n%s\n' "$line" "$since" > "$seen"
    ships="$ships $ref $since $new"
    marks="$marks$ref $line
"
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

# Nearly always nothing is to be asked, and then the rest need not even be read.
ships=
marks=
case $hook:$kept in reference-transaction:) pushed; [ -n "$ships" ] || exit 0 ;; esac

# Tags move nothing here when they have reached the remote, nor does what is pushed to a bare URL, or a branch that is
# not fetched: what is to be said is said before. A line is read from its end, for what somebody typed may hold blanks.
leaving() {
  [ "$1" = "$2" ] && alone=yes
  list=
  branches=
  while IFS= read -r line; do
    whole=$line
    old=${line##* }; line=${line% *}
    ref=${line##* }; line=${line% *}
    new=${line##* }
    case $new in *[!0]*) ;; *) continue ;; esac
    list="$list$whole
"
    case $alone:$ref in
      yes:refs/heads/* | *:refs/tags/*) refs="$refs $ref $old $new" ;;
      :refs/heads/*) if is_fetched "$1"; then branches="$branches+"; else refs="$refs $ref $old $new"; fi ;;
    esac
  done
  # The second branch moves here only when the questions about the first are over, and never if this terminal goes away
  # at one: so what all of this push is, is kept by its process, which is the parent of all its hooks.
  case $branches in ++*) ;; *) return ;; esac
  { [ -d "$pushes" ] || mkdir -p "$pushes"; } 2>/dev/null || return
  find "$pushes"/announced.* -mtime +0 -exec rm -f {} + 2>/dev/null
  { printf '%s' "$list" > "$pushes/announced.$PPID"; } 2>/dev/null
}

# Whether a fetch brings a branch to a place of its own here, which a push then moves.
is_fetched() {
  [ -n "$specs" ] || specs=$(git config --get-all "remote.$1.fetch")
  while IFS= read -r spec; do
    spec=${spec#+}
    # shellcheck disable=SC2254
    case $spec in *:?*) case $ref in ${spec%%:*}) return 0 ;; esac ;; esac
  done <<EOT
$specs
EOT
  return 1
}

refs=
specs=
case $hook:$kept in pre-push:) leaving "$@"; [ -n "$refs" ] || exit 0 ;; esac

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
# so that it is heard at once also where lines are read. What ends git or shipnote does not end this before the terminal
# is as it was. Fails where shipnote did not get to its end.
ask() {
  [ -x "$node" ] || node=$(command -v node)
  if [ ! -f "$tool" ] || [ -z "$node" ]; then
    [ -f "$common/shipnote/hook-without-tool" ] && return 1
    mkdir -p "$common/shipnote" 2>/dev/null && : > "$common/shipnote/hook-without-tool"
    echo "shipnote: the hook is here, but shipnote is not at $tool any more, or Node is gone; this is said once." >&2
    return 1
  fi
  if [ -t 2 ] && (: < /dev/tty) 2>/dev/null && in_front; then
    was=$(stty -g < /dev/tty 2>/dev/null)
    trap : HUP TERM
    stty -isig eol ^C < /dev/tty 2>/dev/null
    SHIPNOTE_GIT=$PPID "$node" "$tool" hook "$@" < /dev/tty >&2
    ended=$?
    [ -n "$was" ] && stty "$was" < /dev/tty 2>/dev/null
    return "$ended"
  else
    SHIPNOTE_GIT=$PPID "$node" "$tool" hook "$@" < /dev/null >&2
  fi
}

# Not after a merge that is no commit (--squash).
post_merge() {
  [ "$1" = 1 ] && return
  head=
  IFS= read -r head < "$dir/HEAD"
  case $head in "ref: refs/heads/"*) ask merged ;; esac
}

# What was pushed has been kept, or is no ship. Another push may have come since, and is not this one's to mark.
settle() {
  while IFS= read -r each; do
    [ -n "$each" ] || continue
    seen=$pushes/${each%% *}~
    last=
    [ -f "$seen" ] && IFS= read -r last < "$seen"
    [ "$last" = "${each#* }" ] && printf '%s\n' "$last" > "$seen"
  done <<EOT
$marks
EOT
  return 0
}

# Hands over what was pushed, and with it what else this push announced.
arrived() {
  announced=$pushes/announced.$PPID
  # One that names nothing of this is of an earlier process, whose number has come round.
  # shellcheck disable=SC2086
  if [ -f "$announced" ] && grep -q " ${ships##* } " "$announced"; then
    SHIPNOTE_ANNOUNCED=$announced ask pushed $ships && settle && rm -f "$announced"
  else
    ask pushed $ships && settle
  fi
}

# What was here before comes first. A script of sh or bash that asks for its name is read by its shell under the name
# that it had; one that looks whether it is read, and all else, is run.
before() {
  path=${0%/*}/$kept
  [ -f "$path" ] && [ -x "$path" ] || return 0
  first=
  IFS= read -r first < "$path"
  case $first in
    '#!'*[/\ ]sh | '#!'*[/\ ]bash | '#!'*[/\ ]dash)
      if grep -q '[$]{*0' "$path" && ! grep -q -e BASH_SOURCE -e FUNCNAME -e '( *return' -e '[$]_[^[:alnum:]_]' "$path"; then
        # shellcheck disable=SC2086,SC2016
        ${first#??} -c 'shipnote=$1; shift; . "$shipnote"' "$0" "$path" "$@"
        return
      fi
      ;;
  esac
  "$path" "$@"
}

act() {
  case $hook in
    reference-transaction)
      [ -z "$kept" ] || [ "$1" != committed ] || pushed
      [ -z "$ships" ] || arrived
      ;;
    pre-push)
      [ -z "$kept" ] || leaving "$@"
      # Names of refs hold no blanks and no wildcards.
      # shellcheck disable=SC2086
      [ -z "$refs" ] || ask pushing "$1" $refs
      ;;
    post-merge) post_merge "$@" ;;
  esac
}

if [ -z "$kept" ]; then
  act "$@"
  exit 0
fi
status=0
if [ "$hook" = post-merge ]; then
  before "$@" || status=$?
  act "$@"
else
  told=$(cat)
  if [ -n "$told" ]; then printf '%s\n' "$told" 2>/dev/null; fi | before "$@" || status=$?
  # Its exit status is the hook's. Where it stops git, nothing is to be asked; what has happened it cannot stop.
  case $status:$hook:$1 in 0:* | *:reference-transaction:committed) ;; *) exit "$status" ;; esac
  act "$@" <<EOT
$told
EOT
fi
exit "$status"
