#!/bin/sh
# Makes the demo caller's three turns with flite (Debian: apt-get install flite), in a voice that
# none of our models was trained on. Each line of turns.txt is a file's name and what is said.
set -eu
cd "$(dirname "$0")"
while IFS='|' read -r name words; do
    flite -voice slt -t "$words" -o "$name.wav"
done < turns.txt
