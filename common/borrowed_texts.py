"""Texts of Django and of the administration's theme that our catalogues say themselves.

Django's Romanian has cedillas, another tone, and no word for some texts; the theme has neither Romanian nor Russian. Only
the collector of texts (`make messages`) reads this module: a text in our catalogue wins over theirs.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = (
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid IPv4 address."),
    _("Enter only digits separated by commas."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Ensure this value is %(limit_value)s (it is %(show_value)s)."),
    _("Enter a valid email address."),
    _("Constraint “%(name)s” is violated."),
    _("Please correct the duplicate data for %(field)s."),
    _("Please correct the duplicate data for %(field)s, which must be unique."),
    _(
        "Please correct the duplicate data for %(field_name)s which must be unique for the %(lookup)s in %(date_field)s."
    ),
    _("Please correct the duplicate values below."),
    _("Please either submit a file or check the clear checkbox, not both."),
    _("Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
    _("Please enter a correct %(username)s and password. Note that both fields may be case-sensitive."),
    _(
        "Designates whether this user should be treated as active. Unselect this instead of deleting accounts."
    ),
    _("This value must contain only letters, numbers, dots, underscores, dashes, slashes or tildes."),
    _("One-to-one relationship"),
    _("String (up to %(max_length)s)"),
    # Romanian writes months small, as `common.dates` does.
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    ngettext_lazy("%(size)d byte", "%(size)d bytes", "size"),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("Your password can’t be entirely numeric."),
    _("This password is entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
)
ADMINISTRATION = (
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their related items will be deleted:"
    ),
    _(
        "Deleting the selected %(objects_name)s would require deleting the following protected related objects:"
    ),
    _(
        "You have unsaved changes on individual editable fields. If you run an action, your unsaved changes will be lost."
    ),
    _("Thanks for spending some quality time with the web site today."),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("You don’t have permission to view or edit anything."),
    _("View selected %(model)s"),
    _("All applications"),
    _("Apply Filters"),
    _("Choose file to upload"),
    _("Click to cancel"),
    _("Click to download"),
    _("Dark"),
    _("Date"),
    _("Date from"),
    _("Date to"),
    _("Expand row"),
    _("False"),
    _("Filter navigation items"),
    _("Forgotten your password or username?"),
    _("General"),
    _("Go back"),
    _("Hide counts"),
    _("Image preview"),
    _("Light"),
    _("Loading more results..."),
    _("More actions"),
    _("No data"),
    _("No recent searches"),
    _("No results found"),
    _("No results matching your query"),
    _("Not enough data."),
    _("Recent searches"),
    _("Reset filters"),
    _("Return to site"),
    _("Run"),
    _("Search apps and models..."),
    _("Select action"),
    _("Select action to run"),
    _("Select all objects on this page for an action"),
    _("Select all rows"),
    _("Select record"),
    _("Select value"),
    _("Show counts"),
    _("Submit"),
    _("System"),
    _("This item will be deleted."),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("To"),
    _("Toggle password visibility"),
    _("True"),
    _("Type to search"),
    _("Welcome back to"),
    _("You have been successfully logged out from the administration"),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("You may edit it again below."),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("Add another %(verbose_name)s"),
    _("Add another %(model)s"),
    _("Delete selected %(model)s"),
    _("Delete selected %(verbose_name_plural)s"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Change %s"),
    _("View %s"),
    _("Select %s"),
    _("Select %s to change"),
    _("View on site"),
    _("Log out"),
    _("Clear all filters"),
    _("Change password"),
    _("Change password: %s"),
    _("Change my password"),
    _("Save and view"),
    _("Skip to main content"),
    _("Breadcrumbs"),
    _("Sidebar"),
    ngettext_lazy("entry", "entries", "counter"),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below.", "counter"),
)
# Texts of ours that they have too, with another translation: ours is meant wherever it is shown, on their pages as well.
OURS_EVERYWHERE = frozenset(
    {
        *(
            "Cancel",
            "Continue",
            "Delete",
            "Download",
            "Note",
            "Passkey",
            "Recovery codes",
            "Remove",
            "Save",
            "Search",
        ),
        *("Sign in with a passkey", "Time", "You have signed out.", "Your password was changed."),
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        *("active", "name", "provider", "title", "verified"),
    }
)
