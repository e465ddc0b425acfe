# server.py
# What the recipes talk to: the index of a search server, as strict as a real one, and a Beacon.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import http.server
import json
import re
import socketserver
import threading

LONGEST_TERM = 32766
TYPES = {
    "long": lambda value: re.fullmatch(r"-?[0-9]+", str(value)) and abs(int(value)) < 2 ** 63,
    "byte": lambda value: re.fullmatch(r"-?[0-9]+", str(value)) and -128 <= int(value) <= 127,
    "double": lambda value: re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(value)),
    "boolean": lambda value: value in (True, False, "true", "false", ""),
    # The default formats of a date: of milliseconds, at most six decimal places.
    "date": lambda value: re.fullmatch(r"-?[0-9]+(\.[0-9]{1,6})?|\d{4}-\d\d-\d\d(T.*)?", str(value)),
    "keyword": lambda value: isinstance(value, (str, int, float, bool)),
}


def accepts(mapping, value):
    """Whether a field of the mapping takes the value; as servers do, a list by its elements."""
    if isinstance(value, list):
        return all(accepts(mapping, element) for element in value)
    if value is None:
        return True
    if isinstance(value, dict) or "properties" in mapping:
        return isinstance(value, dict) and "properties" in mapping
    if mapping["type"] == "keyword" and mapping.get("index", True):
        if len(str(value).encode()) > LONGEST_TERM and "ignore_above" not in mapping:
            return False
    return bool(TYPES[mapping["type"]](value))


def refused(mapping, value, path=""):
    """The fields of a document, by their paths, that the mapping has and does not take."""
    if isinstance(value, list):
        return [wrong for element in value for wrong in refused(mapping, element, path)]
    if isinstance(value, dict) and "properties" in mapping:
        return [wrong for key, part in value.items() if key in mapping["properties"]
                for wrong in refused(mapping["properties"][key], part, path + "/" + key)]
    return [] if accepts(mapping, value) else ["%s: %.100s" % (path, json.dumps(value))]


class Index(http.server.BaseHTTPRequestHandler):
    """PUT /_index_template/NAME and POST /_bulk."""

    def body(self):
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def answer(self, status, document):
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_PUT(self):
        template = json.loads(self.body())
        if not self.path.startswith("/_index_template/") or "index_patterns" not in template:
            self.answer(400, {"error": "no index template"})
            return
        self.server.mapping = template["template"]["mappings"]
        self.answer(200, {"acknowledged": True})

    def do_POST(self):
        body = self.body()
        if self.path != "/_bulk" or self.headers["Content-Type"] != "application/x-ndjson" or \
                not body.endswith("\n"):
            self.answer(400, {"error": "no bulk request"})
            return
        lines = [json.loads(line) for line in body.splitlines()]
        items = [self.index(action, document)
                 for action, document in zip(lines[::2], lines[1::2], strict=True)]
        self.answer(200, {"errors": any("error" in item["index"] for item in items),
                          "items": items})

    def index(self, action, document):
        unknown = set(action["index"]) - {"_index", "_id"}
        wrong = ["unknown parameter " + key for key in unknown] + refused(self.server.mapping, document)
        return {"index": {"status": 400, "error": wrong} if wrong else {"status": 201}}

    def log_message(self, format, *arguments):
        pass


def start_index():
    """A search server on a free port of 127.0.0.1; returns its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    server.mapping = {"properties": {}}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_port


class Beacon(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1460)
        self.request.sendall(b'{"type":"reply","sender":"node1@127.0.0.1","payload":"joined"}')


def start_beacon(port):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Beacon)
    threading.Thread(target=server.serve_forever, daemon=True).start()
