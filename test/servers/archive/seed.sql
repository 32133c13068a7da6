-- 300 articles, numbered from 100, with 400,000 comments: enough for a scan of them all to be felt.
insert into articles (id, title, body)
  select 99 + n, 'Article ' || n, repeat('The archive keeps what was written. ', 20) from generate_series(1, 300) n;
insert into comments (article_id, author, body)
  select case when n % 100 = 0 then 100 + n / 100 % 300 else 0 end, 'reader ' || n % 977, 'A remark, the ' || n || 'th that was made.' from generate_series(1, 400000) n;
vacuum analyze;
