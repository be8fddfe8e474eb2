"""The gateway with room for few connections: what test_slow_clients.py must catch."""

import sys

from smsgateway import server
from smsgateway.__main__ import main

if __name__ == "__main__":
    server.CONNECTIONS = 16
    sys.exit(main())
