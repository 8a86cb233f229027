from .blocks import block
from .tagger import make_tagger
