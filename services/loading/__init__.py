"""Loading the catalogue from files: read everything, name every fault, then write all or nothing."""
