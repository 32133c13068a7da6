#!/bin/sh
# Writes the change record of what a push ships, and delivers it. Written by `shipnote init --ci other`; yours from then on.
# Run it on a push to a ship branch, with Node 20 or newer and git, in a clone that may push: sh @PATH@
# The ship is what the variables of Drone, Woodpecker, Travis, Jenkins, CircleCI, Buildkite, Bitbucket and Azure say; with
# others it is what is checked out, and SHIPNOTE_BRANCH names its branch.
set -eu

branch=
for named in "${SHIPNOTE_BRANCH:-}" "${DRONE_BRANCH:-}" "${CI_COMMIT_BRANCH:-}" "${TRAVIS_BRANCH:-}" "${BRANCH_NAME:-}" \
  "${CIRCLE_BRANCH:-}" "${BUILDKITE_BRANCH:-}" "${BITBUCKET_BRANCH:-}" "${BUILD_SOURCEBRANCH:-}" "$(git symbolic-ref --short -q HEAD || :)"; do
  if [ -z "$branch" ]; then branch=${named#refs/heads/}; fi
done
shipped=$(git rev-parse HEAD)
own=$(mktemp)
# With the records that came since the push: a second run finds what the first one wrote.
git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"
git restore --source="refs/remotes/origin/$branch" -- @FOLDER@ 2> /dev/null || echo 'No records yet.'
git config user.name shipnote
git config user.email shipnote@noreply.invalid
# With `failOn` it may end with 1, having written the record: that is delivered all the same.
status=0
@RECORD@
git diff --name-only -z "$shipped" HEAD > "$own"
if [ ! -s "$own" ]; then exit "$status"; fi
title=$(git log -1 --format=%s)
#@ pull-request
# The record's own files, on top of the branch as it is by now.
git reset --quiet "refs/remotes/origin/$branch"
git add --pathspec-from-file="$own" --pathspec-file-nul
record="shipnote/record-$(printf %.12s "$shipped")"
if git diff --cached --quiet; then
  echo 'The branch has it.'
elif git ls-remote --exit-code origin "refs/heads/$record" > /dev/null; then
  echo "The branch $record is there."
else
  git commit --quiet --message "$title"
  git push origin "HEAD:refs/heads/$record"
  echo "Open a pull request from $record."
fi
#@ end
#@ commit
# The record's own files, on top of the branch as it is by now.
for attempt in 1 2 3; do
  git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"
  git reset --quiet "refs/remotes/origin/$branch"
  git add --pathspec-from-file="$own" --pathspec-file-nul
  if git diff --cached --quiet; then echo 'The branch has it.'; break; fi
  git commit --quiet --message "$title"
  if git push origin "HEAD:refs/heads/$branch"; then break; fi
  if [ "$attempt" = 3 ]; then exit 1; fi
done
#@ end
#@ artifact
mkdir -p change-record
xargs -0 -r cp --parents --target-directory change-record < "$own"
#@ end
#@ summary
for record in $(git diff --name-only "$shipped" HEAD -- '*.md'); do
  @SHIPNOTE@ show "$(basename "$record" .md)" --format plain
done
#@ end
exit "$status"
