#!/bin/sh
# Prevents packages from starting their services during installation. Services start when a session starts.
exit 101
