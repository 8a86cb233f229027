"""Text from outside, made harmless to whatever prints it. Pure; everything may import it."""


def make_visible(text: str) -> str:
    r"""Return the text on one line, with what cannot be seen written as an escape (``\n``).

    Reasons, names and messages are whatever a release, a file or a person said: an ANSI sequence, a
    newline or a right-to-left override in one must not rearrange what is printed around it.
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )
