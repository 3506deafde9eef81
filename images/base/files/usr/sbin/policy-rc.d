#!/bin/sh
# Prevents packages from starting their services during installation.
exit 101
