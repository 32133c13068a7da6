git remote add origin https://gitlab.example.org/web/articles.git
mkdir -p app db/migrations docs tests reports
printf 'def article(id):\n    return db.query(id)\n' > app/articles.py
printf '# Cache\n\nThere is no cache yet.\nThere will be one.\n' > docs/cache.md
printf 'fastapi==0.92.0\n' > requirements.txt
printf '* @web-team\n' > CODEOWNERS
save 'Serve articles'
git tag v1.0.0
at 08:20
by 'Ada Osei' ada@example.org
printf 'def article(id):\n    count()\n    return db.query(id)\n' > app/articles.py
save 'Count queries per request'
at 08:30
by 'Lin Berg' lin@example.org
printf 'ALTER TABLE articles ADD COLUMN updated_at timestamptz;\n' > db/migrations/0042_updated_at.sql
save 'Add articles.updated_at' 'Closes: #12'
at 08:40
by 'Ada Osei' ada@example.org
git mv docs/cache.md docs/cache-rules.md
printf 'One minute at most.\n' >> docs/cache-rules.md
save 'Name the cache rules'
at 08:50
printf 'def article(id):\n    count()\n    return cache.get(id) or db.query(id)\n' > app/articles.py
printf 'import redis\n\n\ndef get(id):\n    return redis.get(id)\n' > app/cache.py
printf 'fastapi==0.92.0\nredis==5.2.0\n' > requirements.txt
printf 'def test_cache():\n    assert True\n' > tests/test_cache.py
save 'Serve article lookups from the cache' 'Readers waited 0.4 s for an article, because each request ran eleven queries.' 'Reviewed-by: Lin Berg <lin@example.org>'
cat > reports/before.json <<'JSON'
{ "queries": 11 }
JSON
cat > reports/after.json <<'JSON'
{ "queries": 2 }
JSON
