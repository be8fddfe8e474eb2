"""Nothing dials out but to the hosts that the settings name (P20).

The real programs run as `make demo-check` runs them, in a network of their own that has
the loopback and nothing else. strace sees each connection and each datagram that any of
them tries, also one whose failure is swallowed.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

CALLS = "connect,sendto,sendmsg,sendmmsg"
# A family other than AF_UNIX, AF_INET, AF_INET6 goes no further than the kernel.
ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
INSIDE = re.compile(r"127\..*|::1|::ffff:127\..*")

pytestmark = pytest.mark.skipif(
    not (shutil.which("strace") and shutil.which("unshare")), reason="no strace here"
)


def alone(folder, *command):
    """Run it in a network of its own: (how it ended, the addresses that were tried)."""
    lines = folder / "calls"
    # With the filter in the kernel no other call is stopped, which took minutes.
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(lines)]
    strace += ["-e", f"trace={CALLS}"]
    inside = f"{sys.executable} -m tests.journey.loopback"
    unshare = ["unshare", "--net", "--map-root-user", *inside.split()]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("WARDVOICE_")}
    done = subprocess.run(
        [*unshare, *strace, *command],
        env=environ,
        capture_output=True,
        text=True,
        timeout=400,
    )
    return done, set(ADDRESS.findall(lines.read_text()))


def outside(addresses):
    return sorted(one for one in addresses if not INSIDE.fullmatch(one))


def test_a_tap_and_a_text_reach_the_wards_page_and_nothing_goes_elsewhere(tmp_path):
    check = [sys.executable, "-m", "deploy.demo", "--check", "--patience", "120"]
    done, addresses = alone(tmp_path, *check)

    assert done.returncode == 0, done.stderr
    assert re.search(r"^tap on the ward's page after \d+\.\d s$", done.stdout, re.M)
    assert re.search(r"^text on the ward's page after \d+\.\d s$", done.stdout, re.M)
    assert "127.0.0.1" in addresses
    assert outside(addresses) == []


@pytest.mark.parametrize(
    ("planted", "where"),
    [
        ("socket.create_connection(('192.0.2.1', 443), 2)", "192.0.2.1"),
        ("s.sendto(b'x', ('192.0.2.2', 53))", "192.0.2.2"),
        ("s.connect(('2001:db8::1', 443))", "2001:db8::1"),
    ],
)
def test_the_control_a_program_that_dials_out_is_caught(tmp_path, planted, where):
    """… although it says nothing of it, and there is no way out."""
    family = "AF_INET6" if ":" in where else "AF_INET"
    program = f"""
import socket, subprocess, sys
dial = '''
import contextlib, socket
s = socket.socket(socket.{family}, socket.SOCK_DGRAM)
with contextlib.suppress(OSError):
    {planted}
'''
subprocess.run([sys.executable, "-c", dial], check=True)
"""
    done, addresses = alone(tmp_path, sys.executable, "-c", program)

    assert done.returncode == 0, done.stderr
    assert outside(addresses) == [where]


def test_the_control_a_name_that_is_looked_up_is_caught(tmp_path):
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 192.0.2.53\noptions timeout:1 attempts:1\n")
    look = "import socket; socket.getaddrinfo('publicsuffix.org', 443)"
    mounted = f"mount --bind {resolver} /etc/resolv.conf && exec {sys.executable} -c"
    command = ["unshare", "--mount", "sh", "-c", f'{mounted} "{look}"']
    done, addresses = alone(tmp_path, *command)

    assert "Temporary failure" in done.stderr
    assert outside(addresses) == ["192.0.2.53"]
