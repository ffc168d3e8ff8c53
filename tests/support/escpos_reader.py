"""What a printer would put on paper, read back from the bytes that it got."""

from PIL import Image, ImageChops


def printed(data):
    """(the picture on the paper, how often it was cut); raises AssertionError for a command that no band of ours uses."""
    assert data.startswith(b"\x1b@")
    at, bands, cuts, width = 2, [], 0, 0
    while at < len(data):
        if data[at : at + 4] == b"\x1dv0\x00":
            across = int.from_bytes(data[at + 4 : at + 6], "little")
            lines = int.from_bytes(data[at + 6 : at + 8], "little")
            rows = data[at + 8 : at + 8 + across * lines]
            assert len(rows) == across * lines, "a band that ends in the middle"
            bands.append(ImageChops.invert(Image.frombytes("1", (across * 8, lines), rows).convert("L")))
            width = across * 8
            at += 8 + across * lines
        elif data[at : at + 2] == b"\x1bd":
            at += 3
        elif data[at : at + 3] == b"\x1dVB":
            cuts, at = cuts + 1, at + 4
        else:
            raise AssertionError(f"unknown command {data[at : at + 4].hex()} at {at}")
    paper = Image.new("L", (width, sum(band.height for band in bands)), 255)
    top = 0
    for band in bands:
        paper.paste(band, (0, top))
        top += band.height
    return paper.convert("1"), cuts
