"""Where a seed comes from: an operator's text, or the operating system."""

import os

from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.model.seed import BadSeed, SeedDocument, os_seed, text_seed
from shuangsuiji.model.text import NotCanonical, canonical_value


def chosen_seed(text: str | None) -> SeedDocument | None:
    """The document for the text given with `--seed`; None if none was given ("0" and "" are texts, and "" is refused)."""
    if text is None:
        return None
    try:
        if canonical_value(text) == text:  # what cannot be seen on a screen cannot be typed again in ten years
            return text_seed(text)
    except (BadSeed, NotCanonical) as error:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_SEED, seed=text)) from error
    raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_SEED, seed=text))


def fresh_seed() -> SeedDocument:
    """A seed document from 32 bytes of the operating system's randomness."""
    return os_seed(os.urandom(32))
