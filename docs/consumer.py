"""Follow every event of juqu, in order and without gaps: python consumer.py REDIS_URL FEED_URL TOKEN [AFTER_SEQ]"""

import json
import sys
import time
import urllib.request

import redis  # pip install redis; nothing of juqu's is needed

redis_url, feed, token, after = sys.argv[1], sys.argv[2], sys.argv[3], int((sys.argv[4:] or [0])[0])
server = redis.Redis.from_url(redis_url, decode_responses=True, socket_timeout=10)


def take(event):  # do your work here, and store its seq together with the effect
    global after
    print(event["seq"], event["type"], event["subject"], event["effectiveon"], flush=True)
    after = int(event["seq"])


def catch_up():  # from the log itself: what Redis has lost, or never had
    headers, head = {"Authorization": f"Bearer {token}"}, after + 1
    while after < head:
        request = urllib.request.Request(f"{feed}?after={after}&limit=500", headers=headers)
        page = json.load(urllib.request.urlopen(request, timeout=10))
        for event in page["events"]:
            take(event)
        head = page["head"] if page["events"] else after


while True:
    try:
        answer = server.xread({"events.all": f"{after}-0"}, count=500, block=1000)
        for _, event in answer[0][1] if answer else ():
            if int(event["prev"]) > after:
                catch_up()
            elif int(event["seq"]) > after:
                take(event)
        if not answer:
            catch_up()
    except (redis.RedisError, OSError, KeyError, ValueError) as trouble:
        print(f"trying again after {after}: {trouble!r}", file=sys.stderr)
        time.sleep(0.5)
