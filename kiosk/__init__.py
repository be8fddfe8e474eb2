"""The ward tablet: what a finger touches."""
