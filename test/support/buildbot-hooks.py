"""Buildbot's own change hooks behind a web server on loopback; the changes they make are written to standard output, a line each.

The first line is the port. Arguments: the secret that all of them check.
"""

import json
import sys

from buildbot.www.change_hook import ChangeHookResource
from twisted.internet import defer, reactor
from twisted.web.resource import Resource
from twisted.web.server import Site


def say(value):
    print(json.dumps(value), flush=True)


class Updates:
    """Stands in for the master's database of changes."""

    def addChange(self, **change):
        say(change)
        return defer.succeed(1)


class Master:
    class data:
        updates = Updates()

    class www:
        @staticmethod
        def resourceNeedsReconfigs(resource):
            """Its configuration never changes."""


secret = sys.argv[1]
dialects = {"gitlab": {"secret": secret}, "github": {"secret": secret, "strict": True}}
root = Resource()
root.putChild(b"change_hook", ChangeHookResource(dialects=dialects, master=Master()))
say(reactor.listenTCP(0, Site(root), interface="127.0.0.1").getHost().port)
reactor.run()
