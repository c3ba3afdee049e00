"""The report as one page: no network, no library, read without JavaScript; with it, a slice to ask what-if of."""
