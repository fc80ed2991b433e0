"""Pictures for tests, drawn here."""

from io import BytesIO

from PIL import Image


def picture(kind="PNG", size=(40, 30), colour=(200, 30, 30), **saving):
    """The bytes of a picture of one colour."""
    mode = "RGBA" if len(colour) == 4 else "RGB"
    target = BytesIO()
    Image.new(mode, size, colour).save(target, kind, **saving)
    return target.getvalue()


def opened(content):
    """The picture that those bytes are, read to its end."""
    found = Image.open(BytesIO(content))
    found.load()
    return found
