"""The rehearsal: a whole campaign with invented supporters and offices, each stage expected against seen."""
