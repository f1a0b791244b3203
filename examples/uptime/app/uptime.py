"""Watches websites: a page with the results, a worker that checks what stands in a queue, a report by night."""

import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import psycopg

SCHEMA = "CREATE TABLE IF NOT EXISTS checks (url text, up boolean, at timestamptz DEFAULT now())"


def database():
    return psycopg.connect(
        host=os.environ["DB_HOST"],
        dbname="uptime",
        user="postgres",
        password=os.environ["DB_PASSWORD"],
        sslmode="require",
        autocommit=True,
    )


class Web(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer("ok")
        with database() as db:
            rows = db.execute("SELECT url, avg(up::int) FROM checks GROUP BY url ORDER BY url").fetchall()
        self.answer("\n".join(f"{url} {share:.1%}" for url, share in rows))

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"{text}\n".encode())


def work():
    queue = boto3.resource("sqs").Queue(os.environ["QUEUE_URL"])
    while True:
        for message in queue.receive_messages(WaitTimeSeconds=20, MaxNumberOfMessages=10):
            try:
                up = urllib.request.urlopen(message.body, timeout=10).status < 400
            except OSError:
                up = False
            with database() as db:
                db.execute("INSERT INTO checks (url, up) VALUES (%s, %s)", (message.body, up))
            message.delete()


def report():
    with database() as db:
        down = db.execute("SELECT url, count(*) FROM checks WHERE NOT up GROUP BY url").fetchall()
    print("\n".join(f"{url} was down {count} times" for url, count in down))


def migrate():
    with database() as db:
        db.execute(SCHEMA)


def web():
    ThreadingHTTPServer(("", 8000), Web).serve_forever()


{"web": web, "work": work, "report": report, "migrate": migrate}[sys.argv[1]]()
