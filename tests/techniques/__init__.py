"""Every technique and scope file, each with a fixture that it must yield steps from and near misses."""
