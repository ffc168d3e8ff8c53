"""Documents as data set on pages: `render_form` makes the PDF, `library` reads the files of forms and of values."""

from desktop.printing.formset.document import render_form

__all__ = ["render_form"]
