"""Turn the loopback on, in a network of one's own, and run what follows there.

unshare --net --map-root-user .venv/bin/python -m tests.journey.loopback make test
"""

import fcntl
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def turn_on(name=b"lo"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        asked = struct.pack("16sH14x", name, 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(one, SIOCGIFFLAGS, asked))
        fcntl.ioctl(one, SIOCSIFFLAGS, struct.pack("16sH14x", name, flags | IFF_UP))


if __name__ == "__main__":
    turn_on()
    os.execvp(sys.argv[1], sys.argv[1:])
