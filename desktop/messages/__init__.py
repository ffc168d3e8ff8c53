"""Outcome or error -> a sentence and what to do, in the person's language."""

from desktop.messages.errors import Words, words_of
from desktop.messages.language import install_language, system_language, tr

__all__ = ["Words", "install_language", "system_language", "tr", "words_of"]
