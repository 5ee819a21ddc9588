"""The catalogue: who offers what, to whom, where, and how fresh the knowledge is."""

from services.models.imported import ImportedRecord
from services.models.journey import Journey, JourneyStep, JourneyStepService
from services.models.place import Country, Locality
from services.models.provider import Location, Phone, Provider
from services.models.report import ListingReport
from services.models.search import MissedSearch, Synonym
from services.models.service import CostOption, Service, ServiceAtLocation
from services.models.taxonomy import Category
from services.models.vocabulary import (
    Audience,
    CostType,
    Mode,
    Phase,
    PublicationStatus,
    Sector,
    WideCoverage,
)

__all__ = [
    "Audience",
    "Category",
    "CostOption",
    "CostType",
    "Country",
    "ImportedRecord",
    "Journey",
    "JourneyStep",
    "JourneyStepService",
    "ListingReport",
    "Locality",
    "Location",
    "MissedSearch",
    "Mode",
    "Phase",
    "Phone",
    "Provider",
    "PublicationStatus",
    "Sector",
    "Service",
    "ServiceAtLocation",
    "Synonym",
    "WideCoverage",
]
