"""Asks the new version, before anybody else does: any other answer than the right one ends the deployment."""

import os
import urllib.request

answer = urllib.request.urlopen(os.environ["TEST_URL"], timeout=10).read()
assert answer == b"hello\n", answer
