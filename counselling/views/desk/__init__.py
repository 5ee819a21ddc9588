"""The pages of counsellors and managers: the day, bookings for callers, rosters, devices."""
