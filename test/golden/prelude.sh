# What every ship.sh begins with: an empty repository, and commits whose dates are given.

git -c init.defaultBranch=main init -q
git config user.name 'Ada Osei'
git config user.email 'ada@example.org'

# at TIME: the moment of the commits that follow, on 2026-11-24.
at() {
  GIT_AUTHOR_DATE="2026-11-24T$1:00Z" GIT_COMMITTER_DATE="2026-11-24T$1:00Z"
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# by NAME EMAIL: the author of the commits that follow.
by() {
  GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$2
  export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
}

# save MESSAGE...: commits everything; each further word is a paragraph.
save() {
  git add -A
  subject=$1
  shift
  for paragraph; do set -- "$@" -m "$paragraph"; shift; done
  git commit -q --allow-empty -m "$subject" "$@"
}

at 08:00
