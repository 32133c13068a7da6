#!/bin/sh
# Keeps the archive's server running: deploy.py stops it, and it comes back with the tree that is live then.
trap 'kill "$(cat "$ARCHIVE_PID")"; exit' INT TERM
while :; do
  cd / && cd "$ARCHIVE_LIVE" || exit
  /usr/bin/python3 -m uvicorn app:app --port "$APP_PORT" --log-level warning &
  echo $! > "$ARCHIVE_PID"
  wait $!
  [ -e "$ARCHIVE_PID.closed" ] && exit
  sleep 0.1
done
