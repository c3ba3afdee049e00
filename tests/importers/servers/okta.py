"""
An Okta organisation on this machine, for tests and for people.

    python -m tests.importers.servers.okta --org small --port 0

prints its address and the token it accepts, and serves until it is interrupted.
"""

import argparse
import signal
import sys
import threading

from tests.importers.servers import large_org, recorded_org, small_org
from tests.importers.servers.loopback import Loopback

TOKEN = small_org.TOKEN


def small(port: int = 0) -> Loopback:
    """Return the small made-up organisation, not yet started."""
    return Loopback(small_org.handle, port)


def recorded(port: int = 0) -> Loopback:
    """Return the recorded organisations stitched into one, not yet started."""
    return Loopback(recorded_org.handler(), port)


def large(port: int = 0, share: float = 0.01) -> Loopback:
    """Return a generated organisation of so many times the full size, not yet started."""
    return Loopback(large_org.Organisation(large_org.Sizes().times(share)).handle, port)


def main() -> int:
    """Serve until interrupted; fail if anything but GET was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--org", choices=("small", "recorded", "large"), default="small")
    parser.add_argument("--share", type=float, default=0.01, help="of the large one's 100,000 users and the rest")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    options = parser.parse_args()
    if options.org == "recorded" and not recorded_org.RECORDINGS.is_file():
        print(f"the recordings are not there: {recorded_org.RECORDINGS}", file=sys.stderr)
        return 2
    # A shell starts background jobs with SIGINT ignored; both signals end the server, and with a verdict.
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    try:
        served = {"small": small, "recorded": recorded, "large": lambda port: large(port, options.share)}
        with served[options.org](options.port) as server:
            print(server.url, flush=True)
            print(f"GRAPHSCAN_OKTA_TOKEN={TOKEN}", file=sys.stderr, flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    try:
        server.assert_only_read()
    except AssertionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
