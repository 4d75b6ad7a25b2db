"""Ledgers on the disk: read whole or not at all, appended, repaired, bundled for an auditor."""
