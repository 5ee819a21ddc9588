"""What the commands of this package say instead of a traceback."""


class CannotStartError(Exception):
    """A sentence for the person who typed the command; nothing was left running."""
