"""The contract: every promise of the design, held on every engine."""
