"""The bench's routes without the limits of bookings: here thousands come from one address."""

from bench.urls import handler400, handler403, handler404, handler500, urlpatterns
from counselling import limits

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

limits.PROOF_AT = limits.REFUSE_AT = 1_000_000_000
