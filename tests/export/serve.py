# SPDX-License-Identifier: MIT
"""Serve `sli export FILE` on loopback, to whoever asks.

Prints its port, and another one that is free.
"""
import http.server
import socket
import subprocess
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = subprocess.run(["sli", "export", sys.argv[1]],
                              stdout=subprocess.PIPE, check=True).stdout
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; "
                         "version=1.0.0; charset=utf-8")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
print(server.server_port, port, flush=True)
server.serve_forever()
