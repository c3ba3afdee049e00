"""Examples that are installed with the package, as facts files and the code that writes them out for an import."""
