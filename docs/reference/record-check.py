#!/usr/bin/env python3
"""Computes the final code of a rekey service record (JSON) from its entries.

It needs nothing of rekey's, and prints the code and the number of entries.
docs/reference/record.md describes what it does.
"""

import datetime
import hashlib
import json
import sys

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number(n):
    return n.to_bytes(8, "big", signed=True)


def text(s):
    b = s.encode()
    return number(len(b)) + b


def milliseconds(at):
    t = datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
    return round((t - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) / datetime.timedelta(milliseconds=1))


def compact(data):
    # The order of the fields is kept; <, > and & are escaped as in the file.
    s = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        s = s.replace(sign, "\\u%04x" % ord(sign))
    return s


def head(record):
    link = hashlib.sha256(text("rekey record 1") + text(record["chain"]["stream"])).digest()
    for e in record["entries"]:
        leaf = text("rekey record entry 1")
        leaf += number(e["seq"]) + number(e["version"]) + number(milliseconds(e["at"])) + number(e["schema"])
        leaf += text(e["by"]) + text(e["event"]) + text(compact(e["data"])) + text(e["prev"]) + text(e["hash"])
        link = hashlib.sha256(link + hashlib.sha256(leaf).digest()).digest()
    return link


def code(link):
    n = int.from_bytes(link[:10], "big")
    s = "".join(SIGNS[n >> (75 - 5 * i) & 31] for i in range(16))
    return "-".join(s[i : i + 4] for i in range(0, 16, 4))


with open(sys.argv[1], encoding="utf-8") as f:
    record = json.load(f)
print(code(head(record)), len(record["entries"]))
