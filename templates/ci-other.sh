#!/bin/sh
# Writes the change record of what a push ships, and delivers it. Written by `shipnote init --ci other`; yours from then on.
# Run it on a push to a branch that ships, or of a tag that does, with Node 20 or newer and git, in a clone that may push:
# sh @PATH@
# What was pushed is what the variables of Drone, Woodpecker, Travis, Jenkins, CircleCI, Buildkite, Bitbucket and Azure say;
# with others it is what is checked out, and SHIPNOTE_BRANCH names its branch, or SHIPNOTE_TAG its tag.
set -eu

first() { for named do if [ -n "$named" ]; then printf '%s\n' "$named"; break; fi; done; }
tag=$(first "${SHIPNOTE_TAG:-}" "${DRONE_TAG:-}" "${CI_COMMIT_TAG:-}" "${TRAVIS_TAG:-}" "${TAG_NAME:-}" "${CIRCLE_TAG:-}" "${BUILDKITE_TAG:-}" "${BITBUCKET_TAG:-}")
branch=$(first "${SHIPNOTE_BRANCH:-}" "${DRONE_BRANCH:-}" "${CI_COMMIT_BRANCH:-}" "${TRAVIS_BRANCH:-}" "${BRANCH_NAME:-}" "${CIRCLE_BRANCH:-}" \
  "${BUILDKITE_BRANCH:-}" "${BITBUCKET_BRANCH:-}" "${BUILD_SOURCEBRANCH:-}" "${GIT_BRANCH:-}" "$(git symbolic-ref --short -q HEAD || :)")
# In Azure's words, and in those of Jenkins outside of multibranch projects.
for named in "${BUILD_SOURCEBRANCH:-}" "${GIT_BRANCH:-}"; do
  case $named in refs/tags/*) tag=${tag:-${named#refs/tags/}} ;; tags/*) tag=${tag:-${named#tags/}} ;; esac
done
case $branch in refs/heads/*) branch=${branch#refs/heads/} ;; origin/*) branch=${branch#origin/} ;; refs/* | tags/* | detached) branch= ;; esac

ref=refs/heads/$branch
if [ -n "$tag" ]; then
  ref=refs/tags/$tag
  # Where records are read and delivered: for a tag the default branch.
  if [ -z "${SHIPNOTE_BRANCH:-}" ]; then branch=$(git ls-remote --symref origin HEAD | sed -n 's|^ref: refs/heads/\(.*\)[[:space:]]HEAD$|\1|p'); fi
fi
if [ -z "$branch" ]; then
  echo 'Which branch or tag was pushed cannot be told here: set SHIPNOTE_BRANCH, or SHIPNOTE_TAG, to its name.' >&2
  exit 2
fi
shipped=$(git rev-parse HEAD)
own=$(mktemp)
# With the records that came since the push: a second run finds what the first one wrote.
if ! git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"; then
  echo "If it was not $branch that was pushed: set SHIPNOTE_BRANCH, or SHIPNOTE_TAG, to its name." >&2
  exit 2
fi
standing=$(git ls-tree "refs/remotes/origin/$branch" -- @FOLDER@)
if [ -n "$standing" ]; then git restore --source="refs/remotes/origin/$branch" -- @FOLDER@; else echo 'No records yet.'; fi
git config user.name shipnote
git config user.email shipnote@noreply.invalid
# With `failOn` it may end with 1, having written the record: that is delivered all the same.
status=0
@RECORD@
git diff --name-only -z "$shipped" HEAD > "$own"
if [ ! -s "$own" ]; then
  echo "No record of $ref is to be delivered."
  exit "$status"
fi
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
for record in $(git diff --name-only -z "$shipped" HEAD -- '*.md' | xargs -0 -r -n 1 basename); do
  @SHOW@ "${record%.md}" --format plain
done
#@ end
exit "$status"
