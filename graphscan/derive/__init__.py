"""From inventory and techniques to attack steps."""
