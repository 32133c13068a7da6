#!/bin/sh
# Stops every server once its standard input ends, which it does however the test run ends, and removes their folder.
# FOLDER/groups holds their process groups.
trap '' INT TERM HUP
cat > /dev/null
stop() {
  while read -r group; do kill -s "$1" -- "-$group" 2> /dev/null && running=1; done < "$folder/groups"
}
folder=$1
stop INT
for _ in $(seq 50); do
  running=0
  stop 0
  [ "$running" -eq 0 ] && break
  sleep 0.1
done
stop KILL
rm -rf "$folder"
