"""The block of addresses that is printed once everything is ready."""

from collections.abc import Mapping

from deploy.local.settings import SANDBOX_URL
from deploy.local.stack import Plan


def announce_stack(plan: Plan, seconds: float) -> None:
    """Print where everything is."""
    public_url = plan.in_force["GROUNDSWELL_PUBLIC_URL"]
    print_block(
        f"Groundswell is ready, after {seconds:.0f} s. Ctrl-C stops it.",
        {
            "the public site": public_url,
            "the organizers' console": f"{public_url}/console",
            "phones and inboxes": f"{public_url}/sandbox/",
            "the vendors' stand-in": plan.in_force[SANDBOX_URL],
            "settings, data and logs": str(plan.folder.path),
        },
    )


def print_block(title: str, lines: Mapping[str, str]) -> None:
    """Print a title, and below it names and what they stand for in two columns."""
    width = max(map(len, lines))
    print(f"\n  {title}\n")
    for name, value in lines.items():
        print(f"    {name:<{width}}   {value}")
    print(flush=True)
