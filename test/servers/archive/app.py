"""A small article archive: an article with its comments is a page, made from PostgreSQL at every request."""
import itertools
import json
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from psycopg2.pool import ThreadedConnectionPool

from page import render

here = Path(__file__).parent
settings = json.loads((here / "settings.json").read_text())
release = (here / "RELEASE").read_text() if (here / "RELEASE").exists() else None

app = FastAPI()
# Where the database is: PGHOST, PGPORT, PGUSER, PGDATABASE.
pool = ThreadedConnectionPool(2, 8, "")
# Of each article by itself, so that what one check meets does not hang on what another asks.
requests = defaultdict(itertools.count)
duration = Histogram("archive_request_seconds", "How long pages took.", ["route"], buckets=[0.001 * 2**n for n in range(12)])
answers = Counter("archive_answers", "Pages by status.", ["status"])


@contextmanager
def reading():
    connection = pool.getconn()
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    finally:
        pool.putconn(connection)


@app.get("/health")
def health():
    with reading() as cursor:
        cursor.execute("select 1")
    return {"release": release}


@app.get("/articles/{article}", response_class=HTMLResponse)
def article_page(article: int):
    with duration.labels("/articles/{id}").time():
        if settings["failEvery"] and next(requests[article]) % settings["failEvery"] == settings["failEvery"] - 1:
            answers.labels("503").inc()
            raise HTTPException(503, "the archive is closed for a moment")
        with reading() as cursor:
            cursor.execute("select title, body from articles where id = %s", [article])
            found = cursor.fetchone()
            if found is None:
                answers.labels("404").inc()
                raise HTTPException(404, "there is no such article")
            cursor.execute("select author, body from comments where article_id = %s order by id", [article])
            comments = cursor.fetchall()
        time.sleep(settings["renderMs"] / 1000)
        answers.labels("200").inc()
        return render(*found, comments)


@app.get("/metrics")
def metrics():
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
