"""Long and later work: jobs with a cursor, advanced a chunk a transaction by whichever worker is free."""

from shared.due_work.jobs import Job, LeaseIsLost, Perform, schedule

__all__ = ["Job", "LeaseIsLost", "Perform", "schedule"]
