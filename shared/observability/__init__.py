"""What lets an operator see: log lines as data, a closed set of metrics, traces that follow a signature to its text."""
