"""The screens: one file of behaviour and one of looks for each."""
