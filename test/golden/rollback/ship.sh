printf 'one\n' > app.py
save 'Begin'
git tag v1
at 08:10
printf 'two\n' > app.py
save 'Change the greeting'
git tag v2
