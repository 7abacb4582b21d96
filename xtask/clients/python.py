"""Somebody looks at prices, says who they are and asks for a quote, told by Segment's own client.

The last line says what was sent: the ids are those that the client itself gave.
"""

import json
import os
import sys

from segment.analytics.client import Client

failures = []
client = Client(
    os.environ["WRITE_KEY"],
    host=os.environ["HOST"],
    on_error=lambda error, batch: failures.append(error),
)
domain = os.environ["DOMAIN"]
company = {
    "name": "Nordlicht Python",
    "domain": domain,
    "industry": "logistics",
    "employees": 900,
    "country": "DE",
}
queued = [
    client.page("user-python", "Docs", "Pricing", {"path": "/pricing"}),
    client.identify(
        "user-python",
        {
            "email": f"alan@{domain}",
            "first_name": "Alan",
            "title": "Head of Operations",
            "company": company,
        },
    ),
    client.track("user-python", "Form Quote", {"message": "a quote for 340 seats"}),
]
client.shutdown()
if failures or not all(well for well, _ in queued):
    sys.exit(f"not everything was sent: {failures}")
messages = [message for _, message in queued]
print(
    json.dumps(
        {
            "library": messages[0]["context"]["library"],
            "sent": [{"type": m["type"], "messageId": m["messageId"]} for m in messages],
        }
    )
)
