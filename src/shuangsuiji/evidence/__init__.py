"""Floor 3: what a draw leaves behind, as bytes: canonical JSON, snapshots, records, the ledger, verification."""
