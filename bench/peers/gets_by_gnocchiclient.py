"""The same reads with the official library, in one process: `metric.get_measures` for one metric after another.

A token that is given, so that there is no log-in.
"""

import sys
import time

from gnocchiclient.v1 import client
from keystoneauth1 import session, token_endpoint

endpoint, token, *metrics = sys.argv[1:]
stop = -(-time.time() // 60) * 60
gnocchi = client.Client(session=session.Session(auth=token_endpoint.Token(endpoint, token)))
for metric in metrics:
    for row in gnocchi.metric.get_measures(metric, aggregation="mean", granularity=60, start=stop - 360, stop=stop)[-5:]:
        print(metric, *row)
