"""A WebSocket client (RFC 6455) of its own, so that a server is tried by something that does not share its code."""
import base64
import hashlib
import os
import socket
import struct

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Client:
    def __init__(self, address, path):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Origin: http://{address}\r\nSec-WebSocket-Key: {key.decode()}\r\n"
                            "Sec-WebSocket-Version: 13\r\n\r\n".encode())
        self.status = self.file.readline().decode()
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip()
        self.accepted = headers.get(b"sec-websocket-accept") == base64.b64encode(hashlib.sha1(key + GUID).digest())

    def send(self, kind, data):
        head = bytes([0x80 | kind])
        if len(data) < 126:
            head += bytes([0x80 | len(data)])
        elif len(data) < 1 << 16:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(data))
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", len(data))
        mask = os.urandom(4)
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        first, second = self.file.read(2)
        length = second & 127
        if length == 126:
            length, = struct.unpack(">H", self.file.read(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.file.read(8))
        return first & 15, self.file.read(length)


def receive_all(client, length):
    """What the next frames of text carry, until there are length bytes: a server may cut messages as it likes."""
    out = b""
    while len(out) < length:
        kind, data = client.receive()
        if kind in (0, TEXT):
            out += data
        elif kind == CLOSE:
            break
    return out


def echoes(address):
    """What is wrong with the echo server at address; empty: nothing."""
    clients = [Client(address, "/echo") for _ in range(3)]
    for client in clients:
        if " 101 " not in client.status or not client.accepted:
            return f"no upgrade: {client.status!r}"
    for i, client in enumerate(clients):
        for text in (b"hello %d" % i, "h\u00e9llo \u4e16\u754c".encode(), b"x" * 300, bytes(range(32, 127)) * 1000):
            client.send(TEXT, text)
            if receive_all(client, len(text)) != text:
                return f"{len(text)} bytes came back otherwise"
    clients[0].send(PING, b"are you there")
    if clients[0].receive() != (PONG, b"are you there"):
        return "no pong"
    return ""
