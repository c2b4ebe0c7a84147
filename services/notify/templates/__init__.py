"""The words of every notice: versioned, in Chinese and English, for mail, short messages and other systems."""

from services.notify.templates.enquiries import ENQUIRIES, Enquiries
from services.notify.templates.form import Template
from services.notify.templates.layout import Letterhead
from services.notify.templates.rendering import Rendered, render
from services.notify.templates.table import TEMPLATES

__all__ = ["ENQUIRIES", "TEMPLATES", "Enquiries", "Letterhead", "Rendered", "Template", "render"]
