"""Asks for the two hundred newest articles, so that their pages are in the cache when readers come."""
import os
import urllib.request

for article in range(100, 300):
    urllib.request.urlopen(f"http://127.0.0.1:{os.environ['NGINX_PORT']}/articles/{article}").read()
print("warmed 200 pages")
