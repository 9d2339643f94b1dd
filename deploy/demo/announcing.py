"""The block of addresses that is printed once the demo can be looked at."""

from deploy.local.announcing import print_block
from deploy.local.settings import DEMO_EMAIL, DEMO_PASSWORD
from deploy.local.stack import Plan


def announce_demo(plan: Plan, seconds: float) -> None:
    """Print where to look first, and how to sign in."""
    public_url = plan.in_force["GROUNDSWELL_PUBLIC_URL"]
    print_block(
        f"The demo is ready, after {seconds:.0f} s. Ctrl-C stops it; what you did is there again next time.",
        {
            "the public site": public_url,
            "the organizers' console": f"{public_url}/console",
            "    sign in as": plan.in_force[DEMO_EMAIL],
            "    with the password": plan.in_force[DEMO_PASSWORD],
            "everybody's phones": f"{public_url}/sandbox/phones",
            "everybody's e-mail": f"{public_url}/sandbox/inboxes",
            "settings, data and logs": str(plan.folder.path),
        },
    )
