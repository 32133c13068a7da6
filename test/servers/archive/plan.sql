explain (analyze, format json) select author, body from comments where article_id = 142 order by id;
