"""A gNMI client with none of our code or .proto files in it: pygnmi (BSD-3-Clause) over mutual TLS.

usage: gnmi_client.py HOST PORT SERVER_NAME CA CERT KEY   with {"encoding", "paths", "prefix", "target"} on standard input
Prints {"capabilities": ..., "get": ...} as JSON.
"""

import json
import sys

from pygnmi.client import gNMIclient


def main() -> None:
    host, port, server_name, ca, cert, key = sys.argv[1:]
    question = json.load(sys.stdin)
    with gNMIclient(
        target=(host, port),
        path_root=ca,
        path_cert=cert,
        path_key=key,
        override=server_name,
        gnmi_timeout=20,
    ) as client:
        answer = {
            "capabilities": client.capabilities(),
            "get": client.get(
                path=question["paths"],
                prefix=question.get("prefix", ""),
                target=question.get("target"),
                encoding=question["encoding"],
                datatype=question.get("datatype", "all"),
            ),
        }
    json.dump(answer, sys.stdout)


main()
