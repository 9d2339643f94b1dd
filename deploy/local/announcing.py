"""The block of addresses that is printed once everything is ready."""

from deploy.local.settings import DEMO_EMAIL, DEMO_PASSWORD, SANDBOX_URL
from deploy.local.stack import Plan


def announce_stack(plan: Plan, seconds: float) -> None:
    """Print where everything is."""
    settings = plan.in_force
    public_url = settings["GROUNDSWELL_PUBLIC_URL"]
    _print_block(
        f"Groundswell is ready, after {seconds:.0f} s. Ctrl-C stops it.",
        {
            "the public site": public_url,
            "the organizers' console": f"{public_url}/console",
            "phones and inboxes": f"{public_url}/sandbox/",
            "the vendors' stand-in": settings[SANDBOX_URL],
            "settings, data and logs": str(plan.folder.path),
        },
    )


def announce_demo(plan: Plan, seconds: float) -> None:
    """Print where to look first, and how to sign in."""
    settings = plan.in_force
    public_url = settings["GROUNDSWELL_PUBLIC_URL"]
    _print_block(
        f"The demo is ready, after {seconds:.0f} s. Ctrl-C stops it; what you did is there again next time.",
        {
            "the public site": public_url,
            "the organizers' console": f"{public_url}/console",
            "    sign in as": settings[DEMO_EMAIL],
            "    with the password": settings[DEMO_PASSWORD],
            "everybody's phones": f"{public_url}/sandbox/phones",
            "everybody's e-mail": f"{public_url}/sandbox/inboxes",
            "settings, data and logs": str(plan.folder.path),
        },
    )


def _print_block(title: str, lines: dict[str, str]) -> None:
    width = max(map(len, lines))
    print(f"\n  {title}\n")
    for name, value in lines.items():
        print(f"    {name:<{width}}   {value}")
    print(flush=True)
