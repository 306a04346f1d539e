# SPDX-License-Identifier: GPL-2.0-only
"""A web server for one download on this machine's kernel: HttpServer as a program of Linux.

usage: stream_server.py mptcp|tcp PORT

Prints "listening", then answers the first request on its first connection with the pattern of
helper/stream-applications.cc, without an end.
"""

import socket
import sys

PERIOD = 65521
HEADER = b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"


def make_pattern():
    x, period = 1, bytearray()
    for _ in range(PERIOD):
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
        period.append(x >> 24)
    return bytes(period)


def main():
    protocol = {"mptcp": socket.IPPROTO_MPTCP, "tcp": socket.IPPROTO_TCP}[sys.argv[1]]
    pattern = make_pattern()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    listener.bind(("0.0.0.0", int(sys.argv[2])))
    listener.listen()
    print("listening", flush=True)
    # The listener stays: Linux takes joins only at ports where somebody listens.
    connection, _ = listener.accept()
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        if not piece:
            return
        request += piece
    try:
        connection.sendall(HEADER)
        while True:
            connection.sendall(pattern)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the client has seen enough


if __name__ == "__main__":
    main()
