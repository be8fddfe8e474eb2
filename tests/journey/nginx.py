"""The real nginx, with the files of deploy/nginx as IT installs them, in a folder.

Only what belongs to a machine is changed: ports, certificates, where files lie.
"""

import getpass
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.central.served import free_port
from tests.sync.authority import Authority

DEPLOY = Path(__file__).parents[2] / "deploy" / "nginx"
SNIPPETS = "/etc/nginx/snippets"
NAMES = ("wardvoice.example.org", "sms.example.org", "feedback.example.org")
# As Debian's /etc/nginx/nginx.conf has it, with the two lines of operations.md.
MAIN = """
user {user};
daemon off;
worker_processes 2;
worker_rlimit_nofile 20000;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log {folder}/access.log;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sites/*.conf;
}}
"""


@dataclass
class Nginx:
    folder: Path
    port: int  # of https
    plain_port: int
    authority: Authority
    program: subprocess.Popen | None = None

    @property
    def errors(self):
        return (self.folder / "error.log").read_text()

    def client(self, name, **more):
        """Speaks to it as a browser at the name and the usual port does."""
        trust = ssl.create_default_context(cafile=self.authority.file)
        here = httpx.HTTPTransport(verify=trust)
        return httpx.Client(
            base_url=f"https://{name}", transport=_To(here, self.port, name), **more
        )

    @contextmanager
    def line(self, name, timeout_s=30):
        """A socket, with TLS: for what no client would send."""
        trust = ssl.create_default_context(cafile=self.authority.file)
        bare = socket.create_connection(("127.0.0.1", self.port), timeout_s)
        with trust.wrap_socket(bare, server_hostname=name) as line:
            yield line


class _To(httpx.BaseTransport):
    """As if the name's port 443 were this one."""

    def __init__(self, transport, port, name):
        self._transport, self._port, self._name = transport, port, name

    def handle_request(self, request):
        there = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=self._port),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": self._name},
        )
        return self._transport.handle_request(there)

    def close(self):
        self._transport.close()


def installed(folder, authority, central_port, sms_port, changed=lambda text: text):
    """The files in their places; `changed`: what a test plants in each."""
    port, plain_port = free_port(), free_port()
    for name in NAMES:
        authority.serves(name)
    for part in ("sites", "snippets"):
        (folder / part).mkdir(parents=True)
    for file in sorted(DEPLOY.glob("*.conf")):
        is_site = "server {" in file.read_text()
        text = _moved(file.read_text(), folder, authority, port, plain_port)
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{central_port}")
        text = text.replace("127.0.0.1:8020", f"127.0.0.1:{sms_port}")
        place = folder / ("sites" if is_site else "snippets") / file.name
        place.write_text(changed(text))
    # Whoever runs the tests: pytest's folders are nobody else's.
    main = MAIN.format(folder=folder, user=getpass.getuser())
    (folder / "nginx.conf").write_text(main)
    return Nginx(folder, port, plain_port, authority)


def _moved(text, folder, authority, port, plain_port):
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain_port};")
    text = text.replace(SNIPPETS, f"{folder}/snippets")
    for name, host in zip(("", "-sms", "-receipts"), NAMES, strict=True):
        for end in ("certs", "pem"), ("private", "key"):
            ours = authority.folder / f"{host}.{end[1]}"
            text = text.replace(
                f"/etc/ssl/{end[0]}/wardvoice{name}.{end[1]}", str(ours)
            )
    assert "/etc/ssl" not in text
    return text


def checked(nginx):
    """What `nginx -t` says, and whether it is content."""
    done = subprocess.run(_command(nginx, "-t"), capture_output=True, text=True)
    return done.returncode == 0, done.stderr


@contextmanager
def running(nginx):
    ok, said = checked(nginx)
    assert ok, said
    nginx.program = subprocess.Popen(_command(nginx))
    try:
        _wait(nginx)
        yield nginx
    finally:
        nginx.program.terminate()
        nginx.program.wait(timeout=20)


def _wait(nginx):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        assert nginx.program.poll() is None, nginx.errors
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", nginx.port), 1).close()
        time.sleep(0.05)
    raise AssertionError(nginx.errors)


def _command(nginx, *more):
    path = shutil.which("nginx") or "/usr/sbin/nginx"
    assert Path(path).exists(), "install Debian's package nginx-light"
    log = f"{nginx.folder}/error.log"  # also before it has read its configuration
    return [path, "-c", f"{nginx.folder}/nginx.conf", "-e", log, *more]
