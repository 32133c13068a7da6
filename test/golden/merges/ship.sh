git remote add origin https://github.com/example/articles
printf 'one\n' > a.txt
save 'Begin'
git tag v1
git switch -q -c cache
at 08:10
printf 'two\n' > b.txt
save 'Add a cache'
at 08:20
printf 'three\n' > b.txt
save 'Mend the cache'
git switch -q main
at 08:30
git merge -q --no-ff cache -m 'Merge pull request #12 from example/cache' -m 'Cache the lookups'
at 08:40
printf 'odd\n' > c.txt
save 'Try something odd'
at 08:50
git revert --no-edit HEAD >/dev/null
