"""Follow every event of juqu, in order, without gaps: python consumer.py REDIS_URL FEED_URL TOKEN [AFTER_SEQ [EPOCH]]"""

import json
import sys
import time
import urllib.request

import redis  # pip install redis; nothing of juqu's is needed

redis_url, feed, token = sys.argv[1:4]
after, epoch = int((sys.argv[4:] or [0])[0]), (sys.argv[5:] or [""])[0]
server = redis.Redis.from_url(redis_url, decode_responses=True, socket_timeout=10)


def take(event):  # do your work here, and store its seq and its epoch together with the effect
    global after, epoch
    print(event["seq"], event["type"], event["subject"], event["effectiveon"], flush=True)
    after, epoch = int(event["seq"]), event.get("epoch", epoch)


def page_of_feed():
    asked = f"{feed}?after={after}&limit=500" + (f"&epoch={epoch}" if epoch else "")
    request = urllib.request.Request(asked, headers={"Authorization": f"Bearer {token}"})
    try:
        return json.load(urllib.request.urlopen(request, timeout=10))
    except urllib.error.HTTPError as refused:
        if refused.code != 409:
            raise
        sys.exit(f"the log has lost what was taken in up to {after}: {refused.read().decode()}")  # a person must look


def catch_up():  # from the log itself: what Redis has lost, or never had; and whether the log holds what was taken in
    global epoch
    head = after + 1
    while after < head:
        page = page_of_feed()
        for event in page["events"]:
            take(event)
        head, epoch = (page["head"] if page["events"] else after), page["epoch"]


while True:
    try:
        answer = server.xread({"events.all": f"{after}-0"}, count=500, block=1000)
        for _, event in answer[0][1] if answer else ():
            if int(event["prev"]) > after or event.get("epoch", epoch) != epoch:
                catch_up()
            elif int(event["seq"]) > after:
                take(event)
        if not answer:
            catch_up()
    except (redis.RedisError, OSError, KeyError, ValueError) as trouble:
        print(f"trying again after {after}: {trouble!r}", file=sys.stderr)
        time.sleep(0.5)
