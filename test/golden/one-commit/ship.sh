git remote add origin git@github.com:example/articles.git
printf 'hello\n' > README
save 'Begin'
at 08:10
printf 'hello, readers\n' > README
save 'Greet readers by name' 'Support asked for it: nobody knew whether they were signed in.'
