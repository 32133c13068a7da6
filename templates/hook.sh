#!/bin/sh
# Written by `shipnote hook install`; `shipnote hook uninstall` takes it away again.
# It never changes how git ends, and leaves at once where there is nothing to ask.
# shipnote-hook 1

hook=@HOOK@
node=@NODE@
tool=@TOOL@
# The hook that was here before, in the same folder; empty where there was none.
kept=@KEPT@
# `yes` where no other hook asks: then what to type is said before every push.
alone=@ALONE@

dir=${GIT_DIR:-.git}
common=$dir
if [ -f "$dir/commondir" ]; then
  IFS= read -r common < "$dir/commondir"
  case $common in /*) ;; *) common=$dir/$common ;; esac
fi

# Asks in the terminal, if there is one. Ctrl-C is a key then, for it would end git as well.
ask() {
  if [ ! -f "$tool" ]; then
    [ -f "$common/shipnote/hook-without-tool" ] && return
    mkdir -p "$common/shipnote" 2>/dev/null && : > "$common/shipnote/hook-without-tool"
    echo "shipnote: the hook is here, but shipnote is not at $tool any more; this is said once." >&2
    return
  fi
  if [ -t 2 ] && (: < /dev/tty) 2>/dev/null; then
    was=$(stty -g < /dev/tty 2>/dev/null)
    stty -isig < /dev/tty 2>/dev/null
    "$node" "$tool" hook "$@" < /dev/tty >&2
    [ -n "$was" ] && stty "$was" < /dev/tty 2>/dev/null
  else
    "$node" "$tool" hook "$@" < /dev/null >&2
  fi
}

# After a push has reached its remote, git moves the remote's branch here, and its log says so. A fetch says otherwise,
# and a push that brought nothing new leaves the log as it was.
reference_transaction() {
  [ "$1" = committed ] || return
  ships=
  while read -r old new ref; do
    case $old:$ref in *[!0]*:*) continue ;; *:refs/remotes/*) ;; *) continue ;; esac
    case $new in *[!0]*) ;; *) continue ;; esac
    line=$(tail -n 1 "$common/logs/$ref" 2>/dev/null)
    case $line in *" $new "*"update by push"*) ;; *) continue ;; esac
    seen=$common/shipnote/pushes/$ref
    last=
    [ -f "$seen" ] && IFS= read -r last < "$seen"
    [ "$last" = "$line" ] && continue
    mkdir -p "${seen%/*}" 2>/dev/null && printf '%s\n' "$line" > "$seen"
    ships="$ships $ref ${line%% *} $new"
  done
  # Names of refs hold no spaces.
  # shellcheck disable=SC2086
  [ -n "$ships" ] && ask pushed $ships
}

# Tags move nothing here when they have reached the remote: what is to be said is said before.
pre_push() {
  refs=
  while read -r _ local_sha remote_ref remote_sha; do
    case $local_sha in *[!0]*) ;; *) continue ;; esac
    case $alone:$remote_ref in yes:refs/heads/* | *:refs/tags/*) refs="$refs $remote_ref $remote_sha $local_sha" ;; esac
  done
  # shellcheck disable=SC2086
  [ -n "$refs" ] && ask pushing $refs
}

post_merge() {
  case $(cat "$dir/HEAD" 2>/dev/null) in "ref: refs/heads/"*) ask merged ;; esac
}

# What was here before comes first, as if it still were: its exit status is the hook's. A script of sh is read into a
# shell of its own, for some look at the name they were called by.
before() {
  [ -x "${0%/*}/$kept" ] || return 0
  IFS= read -r first < "${0%/*}/$kept"
  case $first in
    '#!/bin/sh'* | '#!/usr/bin/env sh'*) (. "${0%/*}/$kept") ;;
    *) "${0%/*}/$kept" "$@" ;;
  esac
}

case $hook in
  reference-transaction)
    if [ -n "$kept" ]; then
      told=$(cat)
      printf '%s\n' "$told" | before "$@" || exit
      reference_transaction "$@" <<EOF
$told
EOF
    else
      reference_transaction "$@"
    fi
    ;;
  pre-push)
    told=$(cat)
    if [ -n "$kept" ]; then
      if [ -n "$told" ]; then printf '%s\n' "$told"; fi | before "$@" || exit
    fi
    pre_push <<EOF
$told
EOF
    ;;
  post-merge)
    if [ -n "$kept" ]; then before "$@" || exit; fi
    post_merge
    ;;
esac
exit 0
