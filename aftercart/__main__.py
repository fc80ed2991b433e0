"""The way in. Kept thin: render children import this module again, and should not load the whole house."""


def main() -> None:
    """Run the command line, in the language of the terminal."""
    # Imports stand inside: 178 MB against 111 MB for each render child. And help texts are read while importing,
    # so the language is chosen first.
    from aftercart import terminal  # noqa: PLC0415

    terminal.choose_language()
    from aftercart.cli import app  # noqa: PLC0415

    terminal.run(app)


if __name__ == "__main__":
    main()
