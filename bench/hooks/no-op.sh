#!/bin/sh
# The least that a hook can be.
while read -r _; do :; done
