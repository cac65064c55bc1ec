"""What `consume --once --agg mean --granularity minute` reads, by one GET after another on one kept connection.

As light as Python allows: requests alone, and a token that is given, so that there is no log-in.
"""

import sys
import time

import requests

endpoint, token, *metrics = sys.argv[1:]
stop = -(-time.time() // 60) * 60
session = requests.Session()
session.headers["X-Auth-Token"] = token
for metric in metrics:
    answer = session.get(
        f"{endpoint}/v1/metric/{metric}/measures",
        params={"aggregation": "mean", "granularity": 60, "start": stop - 360, "stop": stop},
    )
    answer.raise_for_status()
    for row in answer.json()[-5:]:
        print(metric, *row)
