"""An X server that nobody looks at, for one test alone."""

import os
import subprocess
from contextlib import contextmanager

HIGHEST = 50_000  # a display's number is a port's too, from 6000 on


@contextmanager
def x_server(width, height):
    """Its DISPLAY, from when it listens until it is gone.

    The number is our process's own, not the first free one: a server that ends takes
    the socket of that number away, even where the next one has just made it anew. And
    it must not begin again whenever its last client has gone (-noreset): who comes in
    that moment is turned away.
    """
    display = f":{100 + os.getpid() % HIGHEST}"
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", display, "-displayfd", str(writing), "-noreset", "-nolisten", "tcp",
         "-screen", "0", f"{width}x{height}x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    # The pipe stays open: without a reader Xvfb dies of a broken pipe.
    with os.fdopen(reading) as pipe:
        try:
            assert f":{pipe.readline().strip()}" == display, (
                "the X server did not start"
            )
            yield display
        finally:
            server.terminate()
            server.wait(timeout=10)
