# SPDX-License-Identifier: GPL-2.0-only
"""The application at the Linux end of a test: sockets of this machine's kernel.

Takes its orders as one JSON object and prints one when done; "listening" on a line of its own
before that, if it accepts. Sends the pattern of helper/stream-applications.cc, from its beginning
on each connection, and checks that it receives the same.

  opens            true: connect, false: listen
  address, port    of the other end, or to listen on; further connections use the next ports
  protocol         "mptcp" or "tcp"
  send, receive    bytes per connection; "receive" is what is expected
  connections      how many
  at_once          all of them at the same time
  end              how a connection ends:
                     "last"        shut down after the other end has
                     "first"       shut down as soon as all sent is acknowledged
                     "together"    shut down when all is sent and received
                     "disconnect"  give up after "receive" bytes, connect(AF_UNSPEC)
                     "unread"      close after "receive" bytes with more unread
  subflows         additional subflows to wait for before shutting down
  receive_buffer   SO_RCVBUF, 0: the kernel's choice
  write            bytes per write
"""

import ctypes
import errno
import fcntl
import hashlib
import json
import socket
import struct
import sys
import termios
import threading
import time

SOL_MPTCP, MPTCP_INFO = 284, 1  # linux/mptcp.h
SIOCOUTQ = termios.TIOCOUTQ
PERIOD = 65521
INFO_FIELDS = (
    "subflows add_addr_signal add_addr_accepted subflows_max add_addr_signal_max "
    "add_addr_accepted_max flags token write_seq snd_una rcv_nxt local_addr_used local_addr_max "
    "csum_enabled"
).split()
INFO = struct.Struct("=6B2xIIQQQ3B")  # struct mptcp_info
FALLBACK_FLAG = 1  # MPTCP_INFO_FLAG_FALLBACK
POLL_SECONDS = 0.01


def make_pattern():
    x, period = 1, bytearray()
    for _ in range(PERIOD):
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
        period.append(x >> 24)
    return bytes(period) * 2


class Connection:
    def __init__(self, orders, pattern, port):
        self.orders = orders
        self.pattern = pattern
        self.port = port
        self.result = {"received": 0, "sent": 0, "intact": True, "error": "", "max_subflows": 0}
        self.listener = None
        self.socket = None
        self.has_sent = threading.Event()
        self.has_ended = False

    def make_socket(self):
        family = socket.AF_INET6 if ":" in self.orders["address"] else socket.AF_INET
        protocol = socket.IPPROTO_MPTCP if self.orders["protocol"] == "mptcp" else 0
        made = socket.socket(family, socket.SOCK_STREAM, protocol)
        if self.orders["receive_buffer"]:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.orders["receive_buffer"])
        return made

    def listen(self):
        self.listener = self.make_socket()
        self.listener.bind((self.orders["address"], self.port))
        self.listener.listen(5)

    def run(self):
        try:
            if self.listener:
                self.socket, _ = self.listener.accept()
            else:
                self.socket = self.make_socket()
                self.socket.connect((self.orders["address"], self.port))
            threading.Thread(target=self.send, daemon=True).start()
            self.receive()
            self.look()
        except OSError as problem:
            self.result["error"] = errno.errorcode.get(problem.errno, str(problem))
        self.has_ended = True  # first, so that the other thread knows why its socket is closed
        if self.socket:
            self.socket.close()

    def send(self):
        left = self.orders["send"]
        try:
            while left:
                at = self.result["sent"] % PERIOD
                count = self.socket.send(self.pattern[at : at + min(left, self.orders["write"])])
                self.result["sent"] += count
                left -= count
        except OSError as problem:
            self.result["send_error"] = errno.errorcode.get(problem.errno, str(problem))
        self.has_sent.set()
        if self.orders["end"] == "first":
            try:
                self.shut_down_first()
            except (OSError, ValueError):  # ValueError: the number of a closed socket is -1
                if not self.has_ended:
                    raise

    def shut_down_first(self):
        while self.unacknowledged() or not self.is_joined():
            time.sleep(POLL_SECONDS)
            if self.has_ended:
                return
        self.look()
        self.socket.shutdown(socket.SHUT_WR)

    def unacknowledged(self):
        return struct.unpack("i", fcntl.ioctl(self.socket, SIOCOUTQ, b"\0" * 4))[0]

    def receive(self):
        digest = hashlib.sha256()
        end = self.orders["end"]
        gives_up = end in ("disconnect", "unread")
        is_shut_down = end == "first"
        while not (gives_up and self.result["received"] >= self.orders["receive"]):
            data = self.socket.recv(16384)
            if not data:
                break
            at = self.result["received"] % PERIOD
            self.result["intact"] &= data == self.pattern[at : at + len(data)]
            digest.update(data)
            self.result["received"] += len(data)
            self.look()
            if end == "together" and self.result["received"] == self.orders["receive"]:
                self.finish_sending()
                is_shut_down = True
        self.result["digest"] = digest.hexdigest()
        if gives_up:
            self.give_up(end)
        elif not is_shut_down:
            self.finish_sending()

    def finish_sending(self):
        self.has_sent.wait()
        while not self.is_joined():
            time.sleep(POLL_SECONDS)
        self.socket.shutdown(socket.SHUT_WR)

    def give_up(self, how):
        self.look()
        if how == "disconnect":
            libc = ctypes.CDLL(None, use_errno=True)
            nowhere = struct.pack("=H14x", socket.AF_UNSPEC)
            if libc.connect(self.socket.fileno(), nowhere, len(nowhere)) != 0:
                raise OSError(ctypes.get_errno(), "disconnect")
        else:
            while not struct.unpack("i", fcntl.ioctl(self.socket, termios.FIONREAD, b"\0" * 4))[0]:
                time.sleep(POLL_SECONDS)

    def is_joined(self):
        self.look()
        return self.result["max_subflows"] >= self.orders["subflows"]

    def look(self):
        """What the kernel says about the connection; the last answer is kept."""
        if self.orders["protocol"] != "mptcp":
            return
        try:
            data = self.socket.getsockopt(SOL_MPTCP, MPTCP_INFO, INFO.size)
        except OSError:
            self.result["fallback"] = True  # EOPNOTSUPP: accepted as plain TCP
            return
        info = dict(zip(INFO_FIELDS, INFO.unpack(data.ljust(INFO.size, b"\0"))))
        self.result["info"] = info
        self.result["fallback"] = bool(info["flags"] & FALLBACK_FLAG)
        self.result["max_subflows"] = max(self.result["max_subflows"], info["subflows"])


def main():
    orders = json.loads(sys.argv[1])
    pattern = make_pattern()
    connections = [
        Connection(orders, pattern, orders["port"] + i) for i in range(orders["connections"])
    ]
    if not orders["opens"]:
        for one in connections:
            one.listen()
        print("listening", flush=True)
    if orders["at_once"]:
        threads = [threading.Thread(target=one.run) for one in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        for one in connections:
            one.run()
    print(json.dumps([one.result for one in connections]))


if __name__ == "__main__":
    main()
