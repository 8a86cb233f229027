"""The command line with the scenarios of another folder: ``controller SCENARIOS VERB ...``."""

import sys
from pathlib import Path

from harness import questions
from harness.__main__ import main

if __name__ == "__main__":
    questions.load_scenarios.__defaults__ = (Path(sys.argv[1]),)
    sys.exit(main(sys.argv[2:]))
