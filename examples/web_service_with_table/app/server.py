"""Counts the visits of each path in a DynamoDB table."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class Visits(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer("ok")
        item = table.update_item(
            Key={"path": self.path},
            UpdateExpression="ADD visits :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        self.answer(f"{self.path} was visited {item['Attributes']['visits']} times")

    def answer(self, text):
        body = f"{text}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 8080), Visits).serve_forever()
