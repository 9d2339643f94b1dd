"""Call campaigns, calls, the directory of ridings, MPs and offices, and the pacing of office lines."""
