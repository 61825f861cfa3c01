"""Pictures are drawn anew: what is stored is what was seen, not the bytes that were sent.

Whatever else a picture file may carry (place and time of the photo, thumbnails, comments, data behind the end, a trick
for somebody's decoder) is gone afterwards; the turn that a camera only noted is carried out.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
TYPES = frozenset(_FORMATS)
_MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1")}


class Unreadable(ValueError):
    """The bytes are not a whole picture of that type."""


def redraw(content: bytes, media_type: str) -> bytes:
    """The same picture as a new file of the same type. Raises :class:`Unreadable`. Its measures must have been judged
    before (:mod:`backend.files.inspect`): all of it is unpacked. Blocks: call it in a thread."""
    wanted = _FORMATS[media_type]
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=(wanted,)) as opened:
            opened.load()
            # As coarse as it came: finer steps would make the file bigger and the picture no better.
            steps = {"qtables": opened.quantization, "optimize": True} if isinstance(opened, JpegImageFile) else {}
            if isinstance(opened, JpegImageFile) and (sampling := get_sampling(opened)) >= 0:
                steps["subsampling"] = sampling
            picture = ImageOps.exif_transpose(opened)
            transparency = picture.info.get("transparency")
            if picture.mode not in _MODES[wanted]:
                picture = picture.convert("RGB")
            # Of what stands beside the picture only what belongs to its colours goes along.
            extra = {"transparency": transparency} if wanted == "PNG" and transparency is not None else {}
            picture.info = {}
            picture.save(out, wanted, **extra, **steps)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError) as error:
        raise Unreadable(type(error).__name__) from None
    except Image.DecompressionBombError:
        raise Unreadable("bomb") from None
    return out.getvalue()
