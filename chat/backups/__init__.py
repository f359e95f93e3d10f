"""Backups: one file with everything in it, proven when it is written and checked whole before it is restored."""
