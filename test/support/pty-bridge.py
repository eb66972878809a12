"""Joins a pseudo-terminal, whose name is printed, with a TCP port of this computer."""
import os
import pty
import select
import socket
import sys
import tty

master, slave = pty.openpty()
tty.setraw(slave)
tty.setraw(master)
server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(os.ttyname(slave), flush=True)
while True:
    ready, _, _ = select.select([master, server], [], [], 30)
    if not ready:
        break
    if master in ready:
        server.sendall(os.read(master, 4096))
    if server in ready:
        data = server.recv(4096)
        if not data:
            break
        os.write(master, data)
