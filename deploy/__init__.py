"""Everything that runs the services somewhere: a laptop, a cluster, a rehearsal."""
