"""Script actions: the friendly form of a file, the limits of the guides, the text of a script in pieces."""

from trunkline.domain.script.friendly import read_script, write_script
from trunkline.domain.script.limits import LARGEST_SCRIPT, NAME, script_bytes
from trunkline.domain.script.tokens import Token, tokens

__all__ = ["LARGEST_SCRIPT", "NAME", "Token", "read_script", "script_bytes", "tokens", "write_script"]
