"""Runs localstripe, a stand-in for Stripe's API, on loopback alone; by itself it would listen on all interfaces.

usage: stripe_stand_in.py PORT
"""

import sys

from aiohttp import web
from localstripe.server import app

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
