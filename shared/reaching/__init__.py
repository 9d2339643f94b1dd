"""What reaching people takes in every service that does: so many a second, not at night, over connections kept open."""
