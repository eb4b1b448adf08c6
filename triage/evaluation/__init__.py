"""Gold in, runs out: metrics, comparison, gate."""
