"""A browser's name as its owner recognises it in the list of sessions."""

# The first that matches counts: Edge and Opera also call themselves Chrome, Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def named(agent: str) -> str:
    """ "Chrome, Windows" for a User-Agent header; "" when it tells nothing known."""
    found = (
        next((name for sign, name in BROWSERS if sign in agent), ""),
        next((name for sign, name in SYSTEMS if sign in agent), ""),
    )
    return ", ".join(name for name in found if name)
